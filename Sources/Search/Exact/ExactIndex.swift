import Vectors

/// One of the nearest vectors to a query.
public struct Neighbor: Sendable, Hashable {
  /// The vector's row in the index.
  public let row: Int
  /// Its distance to the query.
  public let distance: Float

  public init(row: Int, distance: Float) {
    self.row = row
    self.distance = distance
  }
}

/// Finds the nearest vectors by looking at every one.
public struct ExactIndex: Sendable {
  public let vectors: EmbeddingMatrix

  public init(_ vectors: EmbeddingMatrix) {
    self.vectors = vectors
  }

  /// The vectors nearest to a query, the nearest first; equal distances in the order of rows.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - isAllowed: which rows may be answered.
  /// - Precondition: the query has as many dimensions as the vectors.
  public func nearest(
    to query: Embedding, count: Int, metric: Metric, where isAllowed: (Int) -> Bool = { _ in true }
  ) -> [Neighbor] {
    precondition(query.count == vectors.dimensions, "a query of \(query.count) dimensions")
    guard count > 0 else { return [] }
    var best = BoundedHeap(capacity: count)
    let dimensions = vectors.dimensions
    query.values.withUnsafeBufferPointer { query in
      vectors.values.withUnsafeBufferPointer { values in
        for row in 0..<vectors.count where isAllowed(row) {
          let vector = UnsafeBufferPointer(
            rebasing: values[row * dimensions..<(row + 1) * dimensions])
          best.offer(Neighbor(row: row, distance: metric.distance(query, vector)))
        }
      }
    }
    return best.sorted()
  }
}
