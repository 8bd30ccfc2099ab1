/// The effort of an approximate search.
public enum SearchEffort: Sendable, Hashable {
  /// `efSearch`: the width of the beam.
  case beam(Int)
  /// The beam that reaches this recall, as measured on the index itself.
  case recall(Double)

  /// A recall at which answers are nearly always exact.
  public static let standard = SearchEffort.recall(0.999)
}
