import CKernels
import Foundation
import LikenessCore
import LinearAlgebra
import VectorSearch

/// A space in which what varies within a person counts for less than what varies between people: learned
/// from the clusters of a gallery itself, without a label.
///
/// The covariance within clusters, W, is computed, and vectors are multiplied by its power W^(−p). Whole
/// whitening (p = ½) overestimates small variances; a part of it is better on embeddings that have been
/// trained for identity.
enum WithinPersonMetric {
  static let power = 0.2
  /// The minimum number of faces beyond the first of each cluster, for each dimension, to estimate a covariance.
  private static let facesPerDimension = 4

  /// - Returns: vectors of length 1 in that space, or nil if there are too few faces to learn from.
  static func transformed(
    _ vectors: UnitVectors, labels: FaceClusters, threads: Int
  ) -> UnitVectors? {
    let spare = vectors.count - labels.count
    guard spare >= facesPerDimension * vectors.dimensions,
      let transform = transform(vectors, labels, spare: spare, threads: threads)
    else { return nil }
    return vectors.mapped(by: transform, threads: threads)
  }

  /// W^(−p), symmetric, `(d, d)`; nil where nothing varies.
  private static func transform(
    _ vectors: UnitVectors, _ labels: FaceClusters, spare: Int, threads: Int
  ) -> [Float]? {
    let d = vectors.dimensions
    var covariance = residuals(vectors, labels).scatter(
      around: [Double](repeating: 0, count: d), threads: threads)
    for index in covariance.indices { covariance[index] /= Double(spare) }
    guard let eigen = try? SymmetricEigen(lowerTriangle: covariance, dimensions: d) else {
      return nil
    }
    // Directions without any variance, which some networks have, are left out.
    let largest = eigen.values.max() ?? 0
    let live = eigen.values.indices.filter { eigen.values[$0] > largest * 1e-6 }
    guard !live.isEmpty else { return nil }
    let mean = live.map { eigen.values[$0] }.reduce(0, +) / Double(live.count)
    var transform = [Double](repeating: 0, count: d * d)
    for k in live {
      let scale = pow(eigen.values[k] / mean, -power)
      let vector = eigen.vectors[k * d..<(k + 1) * d]
      for (i, left) in zip(0..<d, vector) {
        for (j, right) in zip(0..<d, vector) { transform[i * d + j] += scale * left * right }
      }
    }
    return transform.map(Float.init)
  }

  /// Each vector less the mean of its cluster, `(n, d)`.
  private static func residuals(_ vectors: UnitVectors, _ labels: FaceClusters) -> EmbeddingMatrix {
    let d = vectors.dimensions
    var means = [Double](repeating: 0, count: labels.count * d)
    var sizes = [Double](repeating: 0, count: labels.count)
    for row in 0..<vectors.count {
      let (label, from) = (Int(labels.labels[row]), vectors.row(row))
      sizes[label] += 1
      for index in 0..<d { means[label * d + index] += Double(from[index]) }
    }
    for label in sizes.indices {
      for index in 0..<d { means[label * d + index] /= sizes[label] }
    }
    var residuals = [Float](repeating: 0, count: vectors.count * d)
    for row in 0..<vectors.count {
      let (label, from) = (Int(labels.labels[row]), vectors.row(row))
      for index in 0..<d {
        residuals[row * d + index] = Float(Double(from[index]) - means[label * d + index])
      }
    }
    return EmbeddingMatrix(dimensions: d, values: residuals)
  }
}
