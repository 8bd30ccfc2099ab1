import Foundation
import Testing
import Vectors

@testable import Atlas

@Suite struct PCATests {
  @Test func agreesWithJacobisMethod() throws {
    let d = 6
    var noise = GaussianNoise(seed: 3)
    // Each dimension is spread differently and leans on the one before.
    var values: [Float] = []
    for _ in 0..<50 {
      var last = 0.0
      for i in 0..<d {
        last = 0.5 * last + Double(i + 1) * noise.next()
        values.append(Float(last + 3))
      }
    }
    let vectors = EmbeddingMatrix(dimensions: d, values: values)
    let pca = try PCA(vectors)
    let (variances, axes) = jacobi(covariance(of: vectors), d)
    for component in 0..<d {
      #expect(abs(pca.explainedVariance[component] - variances[component]) < 1e-5 * variances[0])
      let row = Array(pca.components[component * d..<(component + 1) * d])
      let dot = zip(row, axes[component]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(dot) - 1) < 1e-5)
      let largest = row.max { abs($0) < abs($1) }
      #expect(try #require(largest) > 0)
    }
    #expect(abs(pca.explainedVarianceRatio.reduce(0, +) - 1) < 1e-12)
    let layout = try pca.layout(of: vectors, dimensions: 2)
    for axis in 0..<2 {
      let column = (0..<50).map { Double(layout.coordinates[2 * $0 + axis]) }
      #expect(abs(column.reduce(0, +)) < 1e-3)
      let variance = column.reduce(0) { $0 + $1 * $1 } / 49
      #expect(abs(variance / variances[axis] - 1) < 1e-4)
    }
  }

  @Test func layTwoFacesApart() throws {
    let pca = try PCA(EmbeddingMatrix(dimensions: 3, values: [0, 0, 0, 2, 0, 0]))
    #expect(abs(pca.explainedVariance[0] - 2) < 1e-12)
    #expect(pca.components[0] == 1)
  }

  @Test func saysWhatIsWrong() throws {
    let one = EmbeddingMatrix(dimensions: 2, values: [1, 2])
    #expect(throws: ProjectionError.tooFewFaces(0)) { try PCA(EmbeddingMatrix(dimensions: 2)) }
    #expect(throws: ProjectionError.tooFewFaces(1)) { try PCA(one) }
    #expect(throws: ProjectionError.allEqual(count: 2)) {
      try PCA(EmbeddingMatrix(dimensions: 2, values: [1, 2, 1, 2]))
    }
    #expect(throws: ProjectionError.notFinite(row: 1)) {
      try PCA(EmbeddingMatrix(dimensions: 2, values: [1, 2, 1, .nan]))
    }
    let pca = try PCA(EmbeddingMatrix(dimensions: 2, values: [1, 2, 3, 5]))
    #expect(throws: ProjectionError.tooFewDimensions(found: 2, wanted: 3)) {
      try pca.layout(of: one, dimensions: 3)
    }
    #expect(throws: ProjectionError.dimensionMismatch(expected: 2, found: 3)) {
      try pca.layout(of: EmbeddingMatrix(dimensions: 3), dimensions: 2)
    }
  }

  private func covariance(of vectors: EmbeddingMatrix) -> [[Double]] {
    let d = vectors.dimensions
    let rows = (0..<vectors.count).map { vectors[$0].values.map(Double.init) }
    let mean = (0..<d).map { i in rows.reduce(0) { $0 + $1[i] } / Double(rows.count) }
    return (0..<d).map { i in
      (0..<d).map { j in
        rows.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) } / Double(rows.count - 1)
      }
    }
  }

  /// Eigenvalues, the largest first, and their vectors, by turning one pair of axes after the other.
  private func jacobi(_ matrix: [[Double]], _ d: Int) -> ([Double], [[Double]]) {
    var a = matrix
    var v = (0..<d).map { i in (0..<d).map { $0 == i ? 1.0 : 0.0 } }
    for _ in 0..<50 {
      for p in 0..<d {
        for q in p + 1..<d where abs(a[p][q]) > 1e-300 {
          let angle = 0.5 * atan2(2 * a[p][q], a[q][q] - a[p][p])
          let (c, s) = (cos(angle), sin(angle))
          for k in 0..<d {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<d {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
          }
          for k in 0..<d {
            (v[p][k], v[q][k]) = (c * v[p][k] - s * v[q][k], s * v[p][k] + c * v[q][k])
          }
        }
      }
    }
    let order = (0..<d).sorted { a[$0][$0] > a[$1][$1] }
    return (order.map { a[$0][$0] }, order.map { v[$0] })
  }
}
