import LikenessCore

/// The Euclidean distances between all rows of a batch.
public struct DistanceMatrix: Sendable, Equatable {
  /// The number of rows, n.
  public let count: Int
  /// `(n, n)`, row by row.
  public let values: [Float]

  /// - Precondition: as many values as `count · count`.
  public init(count: Int, values: [Float]) {
    precondition(values.count == count * count, "\(values.count) distances of \(count) rows")
    (self.count, self.values) = (count, values)
  }

  /// - Parameter embeddings: `(n, d)`, 32-bit floats.
  public init(_ embeddings: Tensor) {
    let (n, d) = (embeddings.shape[0], embeddings.shape[1])
    let values: [Float] = embeddings.withValues { (rows: UnsafeBufferPointer<Float>) in
      var distances = [Float](repeating: 0, count: n * n)
      for a in 0..<n {
        let left = UnsafeBufferPointer(rebasing: rows[a * d..<(a + 1) * d])
        for b in 0..<a {
          let right = UnsafeBufferPointer(rebasing: rows[b * d..<(b + 1) * d])
          distances[a * n + b] = Metric.l2.distance(left, right)
          distances[b * n + a] = distances[a * n + b]
        }
      }
      return distances
    }
    self.init(count: n, values: values)
  }

  public subscript(a: Int, b: Int) -> Float { values[a * count + b] }
}
