/// One of the nearest vectors to a query.
public struct Neighbor: Sendable, Hashable {
  /// What the vector was inserted under.
  public let id: Int64
  /// Its distance to the query, in the metric that was asked for.
  public let distance: Float

  /// A vector by its id, at a distance from the query.
  public init(id: Int64, distance: Float) {
    self.id = id
    self.distance = distance
  }
}
