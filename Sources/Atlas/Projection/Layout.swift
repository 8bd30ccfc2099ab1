/// Where points lie in a few dimensions: one row for each point.
public struct Layout: Sendable, Equatable {
  /// 2 or 3 for pictures; any number of principal components.
  public let dimensions: Int
  /// `(n, dimensions)`, row by row.
  public var coordinates: [Float]

  /// The number of points, n.
  public var count: Int { coordinates.count / dimensions }

  /// Points one after the other, `(n, dimensions)`.
  public init(dimensions: Int, coordinates: [Float]) {
    precondition(dimensions > 0 && coordinates.count % dimensions == 0)
    self.dimensions = dimensions
    self.coordinates = coordinates
  }
}
