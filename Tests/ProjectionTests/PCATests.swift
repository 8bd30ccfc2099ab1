import Foundation
import LikenessCore
import Testing

@testable import Projection

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

  /// As scikit-learn 1.9.1 has it: `PCA(3).fit_transform(x)`, and the same of `StandardScaler().fit_transform(x)`. The third
  /// dimension is constant.
  @Test(arguments: [false, true]) func agreesWithScikitLearn(standardizes: Bool) throws {
    let vectors = EmbeddingMatrix(
      dimensions: 4,
      values: [
        0.5, -12, 3.25, 0.125, 1.25, 4, 3.25, 0, -0.75, 7.5, 3.25, 0.5, 2, -3.25, 3.25, -0.25, 0,
        10, 3.25, 0.375, -1.5, 1, 3.25, -0.5,
      ])
    let (variances, places): ([Double], [Double]) =
      standardizes
      ? (
        [1.8459757134282189, 1.139470406479692, 0.6145538800920882],
        [
          -1.2125240932799164, 0.27722254320766415, 1.3557492432168499, -0.19906529604752535,
          0.599474867106579, -0.6996727452818027, 1.7326468606189487, 0.1845060992141534,
          0.4636831522164765, -1.5859865843064875, 0.6234241354294459, -0.6462553210189826,
          1.4698997714874418, 0.46524961255629954, -0.251248009467788, -0.2049706584724611,
          -2.149877257514142, -0.22225631966475323,
        ]
      )
      : (
        [64.00641300890639, 1.47769825129217, 0.11797207313478715],
        [
          -13.199269147396626, -0.43630463053973234, 0.34416003957758196, 2.733870372797278,
          1.1425271029343131, -0.1253933518600071, 6.34309550806088, -0.6574925853532798,
          0.3577453909028389, -4.548978595985379, 1.5064005331551389, -0.2487101174708311,
          8.797349143543066, 0.21792636869492987, 0.16177154668984417, -0.12606728101921938,
          -1.7730567888913698, -0.4895735078394269,
        ]
      )
    let pca = try PCA(vectors, standardizes: standardizes)
    let layout = try pca.layout(of: vectors, dimensions: 3)
    // The scaler's: the standard deviation over n, and 1 for the constant dimension.
    let scale = [1.1726039399558574, 7.292142841594796, 1, 0.3435921354681384]
    for i in 0..<4 { #expect(abs(pca.scale[i] - (standardizes ? scale[i] : 1)) < 1e-12) }
    for axis in 0..<3 {
      #expect(abs(pca.explainedVariance[axis] - variances[axis]) < 1e-9)
      let column = (0..<6).map { Double(layout.coordinates[3 * $0 + axis]) }
      let expected = (0..<6).map { places[3 * $0 + axis] }
      let sign = zip(column, expected).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
      for (place, other) in zip(column, expected) { #expect(abs(sign * place - other) < 1e-5) }
    }
    #expect(pca.explainedVariance[3] < 1e-12)
    // What the constant dimension is in other vectors has no weight, and means nothing.
    #expect((0..<3).allSatisfy { abs(pca.components[4 * $0 + 2]) < 1e-9 })
  }

  @Test func layTwoFacesApart() throws {
    let pca = try PCA(EmbeddingMatrix(dimensions: 3, values: [0, 0, 0, 2, 0, 0]))
    #expect(abs(pca.explainedVariance[0] - 2) < 1e-12)
    #expect(pca.components[0] == 1)
  }

  @Test func invalidInputsAreErrors() throws {
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
    #expect(throws: ProjectionError.tooFewDimensions(found: 2, requested: 3)) {
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
