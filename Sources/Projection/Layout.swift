/// The positions of points in a few dimensions, a row each.
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
