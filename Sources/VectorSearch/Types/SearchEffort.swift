/// The effort of an approximate search.
public enum SearchEffort: Sendable, Hashable {
  /// `efSearch`: the width of the beam.
  case beam(Int)
  /// The beam whose recall is at least this, by a bound of 95 % that is measured on the index itself with probes that
  /// its graph does not know.
  case recall(Double)

  /// Of the ten nearest 99 % are found at least, and most often more.
  public static let standard = SearchEffort.recall(0.99)
}
