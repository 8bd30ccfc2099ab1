/// A user's rule for links: two faces are linked if their distance is strictly below a given one.
public struct DistanceRule: Sendable, Codable, Hashable {
  /// The metric that compares faces.
  public var metric: Metric
  /// In units of the metric.
  public var distance: Float

  /// - Precondition: the distance is a number above 0.
  public init(_ metric: Metric = .l2, below distance: Float) {
    precondition(distance > 0 && distance.isFinite, "links below a distance of \(distance)")
    (self.metric, self.distance) = (metric, distance)
  }

  private enum CodingKeys: String, CodingKey { case metric, distance }

  /// - Throws: `DecodingError` also where the distance is not above 0
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    metric = try fields.decode(Metric.self, forKey: .metric)
    distance = try fields.decode(Float.self, forKey: .distance)
    guard distance > 0, distance.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .distance, in: fields, debugDescription: "a distance of \(distance)")
    }
  }

  /// Such as `l2 below 0.6`.
  public var inWords: String { "\(metric.rawValue) below \(distance)" }
}
