import LAPACK

/// The eigenvalues and eigenvectors of a symmetric matrix, in double precision (LAPACK's dsyevd).
package struct SymmetricEigen {
  /// `(d,)`, the smallest first.
  package let values: [Double]
  /// A row of length 1 for each value, `(d, d)`.
  package let vectors: [Double]

  /// LAPACK did not converge.
  package struct Failure: Error {
    package let code: Int
  }

  /// - Parameter lowerTriangle: the matrix, `(d, d)`; elements above the diagonal are ignored.
  package init(lowerTriangle matrix: [Double], dimensions: Int) throws(Failure) {
    var (vectors, values) = (matrix, [Double](repeating: 0, count: dimensions))
    // Columns for LAPACK are rows for us: its upper triangle is our lower one.
    let code = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(dimensions),
      &vectors, Int32(dimensions), &values)
    guard code == 0 else { throw Failure(code: Int(code)) }
    (self.values, self.vectors) = (values, vectors)
  }
}
