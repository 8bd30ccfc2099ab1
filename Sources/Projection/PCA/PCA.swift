import LikenessCore
import LinearAlgebra
import VectorSearch

/// Principal component analysis: the directions in which vectors vary most, by the eigenvectors of their
/// covariance (Pearson 1901, Hotelling 1933). Exact, in double precision.
///
/// As scikit-learn's `PCA`, up to the sign of a component; of standardized vectors, as after its `StandardScaler`.
public struct PCA: Sendable {
  /// `(d,)`
  public let mean: [Double]
  /// What each dimension is divided by once its mean is taken off, `(d,)`: 1, or of standardized vectors the standard
  /// deviation over n. A dimension that is the same in all vectors is divided by 1 in any case, so it stays 0.
  public let scale: [Double]
  /// A row of length 1 for each component, `(d, d)`, that of the largest variance first. The sign is such
  /// that the largest coordinate, the first of equally large ones, is positive.
  public let components: [Double]
  /// The variance along each component, `(d,)`: eigenvalues of the covariance, over n − 1.
  public let explainedVariance: [Double]
  /// The same as shares of the whole; 1 in sum.
  public let explainedVarianceRatio: [Double]

  /// The number of dimensions, d.
  public var dimensions: Int { mean.count }

  /// - Parameters:
  ///   - vectors: `(n, d)`
  ///   - standardizes: whether dimensions are standardized first, z = (x − μ) / σ, so that each counts as much.
  /// - Throws: `tooFewFaces` below two, `notFinite`, `allEqual`
  public init(_ vectors: EmbeddingMatrix, standardizes: Bool = false) throws(ProjectionError) {
    try self.init(vectors, standardizes: standardizes, threads: defaultThreads)
  }

  init(
    _ vectors: EmbeddingMatrix, standardizes: Bool = false, threads: Int
  ) throws(ProjectionError) {
    let (count, d) = (vectors.count, vectors.dimensions)
    guard count > 1 else { throw .tooFewFaces(count) }
    try vectors.checkFinite()
    guard vectors.hasDifferentRows else { throw .allEqual(count: count) }
    let center = vectors.mean
    let scatter = vectors.scatter(around: center, threads: threads)
    let scale =
      standardizes
      ? (0..<d).map { i in
        vectors.isConstant(i) ? 1 : (scatter[i * d + i] / Double(count)).squareRoot()
      } : [Double](repeating: 1, count: d)
    let covariance = scatter.indices.map {
      scatter[$0] / (scale[$0 / d] * scale[$0 % d] * Double(count - 1))
    }
    let eigen: SymmetricEigen
    do {
      eigen = try SymmetricEigen(lowerTriangle: covariance, dimensions: d)
    } catch {
      throw .notDecomposed(code: error.code)
    }
    var rows: [Double] = []
    rows.reserveCapacity(d * d)
    for component in (0..<d).reversed() {
      let row = eigen.vectors[component * d..<(component + 1) * d]
      rows += row.map { $0 * Self.sign(of: row) }
    }
    mean = center
    self.scale = scale
    components = rows
    // Rounding may leave an eigenvalue of zero slightly negative.
    explainedVariance = eigen.values.reversed().map { max(0, $0) }
    let whole = explainedVariance.reduce(0, +)
    explainedVarianceRatio = explainedVariance.map { whole > 0 ? $0 / whole : 0 }
  }

  /// Checks that vectors have `count` components.
  /// - Throws: `unsupportedDimensions`, `tooManyComponents`
  public static func checkComponents(
    _ count: Int, of vectors: EmbeddingMatrix
  ) throws(ProjectionError) {
    guard count > 0 else { throw .unsupportedDimensions(count) }
    guard count <= min(vectors.count, vectors.dimensions) else {
      throw .tooManyComponents(count, faces: vectors.count, dimensions: vectors.dimensions)
    }
  }

  /// The first components as axes of unstandardized vectors, `(count, d)`: the dot product of row k and a vector less the
  /// mean is the vector's coordinate along component k.
  /// - Precondition: there are as many components.
  public func axes(_ count: Int) -> [Double] {
    (0..<count * dimensions).map { components[$0] / scale[$0 % dimensions] }
  }

  /// The vectors along the first components, `(n, dimensions)`.
  /// - Throws: `dimensionMismatch`, `tooFewDimensions`, `notFinite`
  public func layout(
    of vectors: EmbeddingMatrix, dimensions count: Int
  ) throws(ProjectionError) -> Layout {
    guard vectors.dimensions == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: vectors.dimensions)
    }
    guard count > 0 else { throw .unsupportedDimensions(count) }
    guard count <= dimensions else {
      throw .tooFewDimensions(found: dimensions, requested: count)
    }
    try vectors.checkFinite()
    let axes = axes(count)
    var coordinates: [Float] = []
    coordinates.reserveCapacity(vectors.count * count)
    for row in 0..<vectors.count {
      vectors.withRow(row) { vector in
        for component in 0..<count {
          var sum = 0.0
          for i in 0..<dimensions {
            sum += (Double(vector[i]) - mean[i]) * axes[component * dimensions + i]
          }
          coordinates.append(Float(sum))
        }
      }
    }
    return Layout(dimensions: count, coordinates: coordinates)
  }

  private static func sign(of row: ArraySlice<Double>) -> Double {
    var largest = row[row.startIndex]
    // What differs by rounding only counts as equally large.
    for value in row where abs(value) > abs(largest) * (1 + 1e-9) { largest = value }
    return largest < 0 ? -1 : 1
  }
}

extension EmbeddingMatrix {
  func checkFinite() throws(ProjectionError) {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: index / dimensions)
  }

  /// Whether not all rows are the same.
  /// - Precondition: there is a row.
  package var hasDifferentRows: Bool {
    values.indices.contains { values[$0] != values[$0 % dimensions] }
  }

  /// Whether all rows are the same in a dimension.
  /// - Precondition: there is a row.
  func isConstant(_ dimension: Int) -> Bool {
    stride(from: dimension, to: values.count, by: dimensions)
      .allSatisfy { values[$0] == values[dimension] }
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
