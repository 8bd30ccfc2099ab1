import LikenessCore

/// Projections onto random directions: distances are kept on average, and each seed shows the faces from another side
/// (Johnson and Lindenstrauss 1984; Bingham and Mannila, "Random projection in dimensionality reduction", 2001). Without
/// a covariance, so O(n d) for any d.
public struct RandomProjectionStart: TSNEInitializer {
  public let name = "random-projection"
  public let summary =
    "along random directions: another view with each seed, without a decomposition"

  public init() {}

  /// - Throws: nothing.
  public func start(
    of vectors: EmbeddingMatrix, dimensions: Int, seed: UInt64, threads: Int
  ) throws(ProjectionError) -> TSNEStart {
    let d = vectors.dimensions
    // Other numbers than those of the noise, which has the seed itself.
    var noise = GaussianNoise(seed: seed ^ 0x5DEE_CE66_D1B5_4A32)
    let directions = (0..<dimensions * d).map { _ in noise.next() }
    let mean = vectors.mean
    var coordinates: [Float] = []
    coordinates.reserveCapacity(vectors.count * dimensions)
    var squares = [Double](repeating: 0, count: dimensions)
    for row in 0..<vectors.count {
      vectors.withRow(row) { vector in
        for axis in 0..<dimensions {
          var sum = 0.0
          for i in 0..<d { sum += (Double(vector[i]) - mean[i]) * directions[axis * d + i] }
          squares[axis] += sum * sum
          coordinates.append(Float(sum))
        }
      }
    }
    return TSNEStart(
      layout: Layout(dimensions: dimensions, coordinates: coordinates),
      deviation: ((squares.max() ?? 0) / Double(vectors.count)).squareRoot())
  }
}
