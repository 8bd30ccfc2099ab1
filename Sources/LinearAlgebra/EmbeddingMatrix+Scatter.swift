import CKernels
import LikenessCore

extension EmbeddingMatrix {
  /// The sum of x xᵀ over all rows x less a centre: the covariance, before it is divided by how many they are.
  /// - Parameter center: `(d,)`
  /// - Returns: the lower triangle of a matrix `(d, d)`.
  package func scatter(around center: [Double], threads: Int) -> [Double] {
    let d = dimensions
    let pieces = Pieces(rows: count, minimumSize: 1024, maximumCount: 16)
    let sums = SharedBuffer(pieces.count * d * d, filledWith: 0.0)
    let differences = SharedBuffer(pieces.count * 4 * d, filledWith: 0.0)
    inParallel(pieces.count, threads: threads) { piece in
      let rows = pieces[piece]
      values.withUnsafeBufferPointer { values in
        ck_add_covariance(
          values.baseAddress! + rows.lowerBound * d, rows.count, d, center,
          differences.pointer + piece * 4 * d, sums.pointer + piece * d * d)
      }
    }
    var whole = [Double](repeating: 0, count: d * d)
    for piece in 0..<pieces.count {
      for index in 0..<d * d { whole[index] += sums[piece * d * d + index] }
    }
    return whole
  }
}
