import CKernels
import LAPACK
import Search
import Vectors

/// Principal component analysis: the directions in which vectors vary most, by the eigenvectors of their
/// covariance (Pearson 1901, Hotelling 1933). Exact, in double precision.
public struct PCA: Sendable {
  /// `(d,)`
  public let mean: [Double]
  /// A row of length 1 for each component, `(d, d)`, that of the largest variance first. The sign is such
  /// that the largest coordinate, the first of equally large ones, is positive.
  public let components: [Double]
  /// The variance along each component, `(d,)`: eigenvalues of the covariance, over n − 1.
  public let explainedVariance: [Double]
  /// The same as shares of the whole; 1 in sum.
  public let explainedVarianceRatio: [Double]

  /// The number of dimensions, d.
  public var dimensions: Int { mean.count }

  /// - Throws: `tooFewFaces` below two, `notFinite`, `allEqual`
  public init(_ vectors: EmbeddingMatrix) throws(ProjectionError) {
    try self.init(vectors, threads: defaultThreads)
  }

  init(_ vectors: EmbeddingMatrix, threads: Int) throws(ProjectionError) {
    let (count, d) = (vectors.count, vectors.dimensions)
    guard count > 1 else { throw .tooFewFaces(count) }
    try vectors.checkFinite()
    guard vectors.hasDifferentRows else { throw .allEqual(count: count) }
    let center = vectors.mean
    var covariance = Self.covariance(of: vectors, around: center, threads: threads)
    var eigenvalues = [Double](repeating: 0, count: d)
    // Columns for LAPACK are rows for us: its upper triangle is our lower one.
    let code = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, Int8(UInt8(ascii: "V")), Int8(UInt8(ascii: "U")), Int32(d), &covariance,
      Int32(d), &eigenvalues)
    guard code == 0 else { throw .notDecomposed(code: Int(code)) }
    var rows: [Double] = []
    rows.reserveCapacity(d * d)
    // LAPACK begins with the smallest.
    for component in (0..<d).reversed() {
      let row = covariance[component * d..<(component + 1) * d]
      rows += row.map { $0 * Self.sign(of: row) }
    }
    mean = center
    components = rows
    // Rounding leaves what is zero a little below it.
    explainedVariance = eigenvalues.reversed().map { max(0, $0) }
    let whole = explainedVariance.reduce(0, +)
    explainedVarianceRatio = explainedVariance.map { whole > 0 ? $0 / whole : 0 }
  }

  /// The vectors along the first components, `(n, dimensions)`.
  /// - Throws: `dimensionMismatch`, `tooFewDimensions`, `notFinite`
  public func layout(
    of vectors: EmbeddingMatrix, dimensions wanted: Int
  ) throws(ProjectionError) -> Layout {
    guard vectors.dimensions == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: vectors.dimensions)
    }
    guard wanted > 0 else { throw .unsupportedDimensions(wanted) }
    guard wanted <= dimensions else {
      throw .tooFewDimensions(found: dimensions, wanted: wanted)
    }
    try vectors.checkFinite()
    var coordinates: [Float] = []
    coordinates.reserveCapacity(vectors.count * wanted)
    for row in 0..<vectors.count {
      vectors.withRow(row) { vector in
        for component in 0..<wanted {
          var sum = 0.0
          for i in 0..<dimensions {
            sum += (Double(vector[i]) - mean[i]) * components[component * dimensions + i]
          }
          coordinates.append(Float(sum))
        }
      }
    }
    return Layout(dimensions: wanted, coordinates: coordinates)
  }

  private static func sign(of row: ArraySlice<Double>) -> Double {
    var largest = row[row.startIndex]
    // What differs by rounding only counts as equally large.
    for value in row where abs(value) > abs(largest) * (1 + 1e-9) { largest = value }
    return largest < 0 ? -1 : 1
  }

  private static func covariance(
    of vectors: EmbeddingMatrix, around mean: [Double], threads: Int
  ) -> [Double] {
    let d = vectors.dimensions
    let pieces = Pieces(rows: vectors.count, atLeast: 1024, most: 16)
    let sums = SharedBuffer(pieces.count * d * d, filledWith: 0.0)
    let differences = SharedBuffer(pieces.count * 4 * d, filledWith: 0.0)
    inParallel(pieces.count, threads: threads) { piece in
      let rows = pieces[piece]
      vectors.values.withUnsafeBufferPointer { values in
        ck_add_covariance(
          values.baseAddress! + rows.lowerBound * d, rows.count, d, mean,
          differences.pointer + piece * 4 * d, sums.pointer + piece * d * d)
      }
    }
    var whole = [Double](repeating: 0, count: d * d)
    for piece in 0..<pieces.count {
      for i in 0..<d * d { whole[i] += sums[piece * d * d + i] }
    }
    return whole.map { $0 / Double(vectors.count - 1) }
  }
}

extension EmbeddingMatrix {
  func checkFinite() throws(ProjectionError) {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: index / dimensions)
  }

  /// - Precondition: there is a row.
  var hasDifferentRows: Bool {
    values.indices.contains { values[$0] != values[$0 % dimensions] }
  }

  /// - Precondition: there is a row.
  var mean: [Double] {
    var sums = [Double](repeating: 0, count: dimensions)
    for row in 0..<count {
      withRow(row) { vector in for i in 0..<dimensions { sums[i] += Double(vector[i]) } }
    }
    return sums.map { $0 / Double(count) }
  }
}
