/// How hard an approximate search looks.
public enum SearchEffort: Sendable, Hashable {
  /// `efSearch`: how many of the nearest found are followed.
  case beam(Int)
  /// Until this part of the true nearest is found, as measured on the index itself.
  case recall(Double)

  /// Nearly always the true answer.
  public static let standard = SearchEffort.recall(0.999)
}
