import CKernels

/// Vectors made ready for one metric, so that many distances between them are quick: of length 1 for cosine.
package struct MetricRows: Sendable {
  package let metric: Metric
  package let dimensions: Int
  package let count: Int
  /// `(n, d)`
  private let values: [Float]

  package init(_ vectors: EmbeddingMatrix, metric: Metric) {
    self.metric = metric
    (dimensions, count) = (vectors.dimensions, vectors.count)
    values = (metric == .cosine ? vectors.normalized() : vectors).values
  }

  /// The distances from one row to those of a range, `(others.count,)`, as `Metric.distance` up to rounding.
  /// - Precondition: all rows are there, and `result` has room.
  package func distances(
    from row: Int, to others: Range<Int>, into result: UnsafeMutablePointer<Float>
  ) {
    precondition((0..<count).contains(row) && others.lowerBound >= 0 && others.upperBound <= count)
    guard !others.isEmpty else { return }
    let (kernels, d) = (ck_kernels_best()!.pointee, dimensions)
    values.withUnsafeBufferPointer { values in
      let query = values.baseAddress! + row * d
      let rows = values.baseAddress! + others.lowerBound * d
      switch metric {
      case .l2:
        kernels.l2sq_f32_rows(query, rows, d, others.count, d, result)
        for index in 0..<others.count { result[index] = result[index].squareRoot() }
      case .l1:
        kernels.l1_f32_rows(query, rows, d, others.count, d, result)
      case .cosine:
        kernels.dot_f32_rows(query, rows, d, others.count, d, result)
        for index in 0..<others.count { result[index] = min(2, max(0, 1 - result[index])) }
      }
    }
  }

  package func distance(_ a: Int, _ b: Int) -> Float {
    var result: Float = 0
    distances(from: a, to: b..<b + 1, into: &result)
    return result
  }

  /// The nearest of some rows to a row, the first of several as near.
  /// - Precondition: `others` is not empty.
  package func nearest(to row: Int, among others: Range<Int>) -> (row: Int, distance: Float) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: others.count) { found in
      distances(from: row, to: others, into: found.baseAddress!)
      var nearest = 0
      for index in 0..<others.count where found[index] < found[nearest] { nearest = index }
      return (others.lowerBound + nearest, found[nearest])
    }
  }
}
