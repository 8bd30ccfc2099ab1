/// A rule of the user's for links: two faces are linked whose distance is strictly below one that was said.
public struct DistanceRule: Sendable, Codable, Hashable {
  /// In which faces are compared.
  public var metric: Metric
  /// In units of the metric.
  public var distance: Float

  /// - Precondition: the distance is a number above 0.
  public init(_ metric: Metric = .l2, below distance: Float) {
    precondition(distance > 0 && distance.isFinite, "links below a distance of \(distance)")
    (self.metric, self.distance) = (metric, distance)
  }

  /// Such as `l2 below 0.6`.
  public var inWords: String { "\(metric.rawValue) below \(distance)" }
}
