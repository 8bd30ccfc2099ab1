import Foundation
import LAPACK
import Search
import Vectors

/// A space in which what varies within a person counts for less than what varies between people: learned
/// from the clusters of a gallery itself, without a label.
///
/// The covariance within clusters, W, is computed, and vectors are multiplied by its power W^(−p). Whole
/// whitening (p = ½) overestimates small variances; a part of it is better on embeddings that have been
/// trained for identity.
enum WithinPersonMetric {
  static let power = 0.2
  /// So many faces beyond the first of each cluster, for each dimension, make a covariance.
  private static let facesPerDimension = 4

  /// - Returns: vectors of length 1 in that space, or nil if there are too few faces to learn from.
  static func transformed(
    _ matrix: EmbeddingMatrix, _ vectors: UnitVectors, labels: FaceClusters, threads: Int
  ) -> UnitVectors? {
    let (count, d) = (vectors.count, vectors.dimensions)
    let spare = count - labels.count
    guard spare >= facesPerDimension * d else { return nil }
    guard let transform = transform(vectors, labels, spare: spare) else { return nil }
    let rows = SharedBuffer(count * d, filledWith: Float(0))
    let pieces = Pieces(rows: count)
    inParallel(pieces.count, threads: threads) { piece in
      for row in pieces[piece] {
        let from = vectors.row(row)
        for column in 0..<d {
          var sum: Float = 0
          for index in 0..<d { sum += transform[column * d + index] * from[index] }
          rows[row * d + column] = sum
        }
      }
    }
    return UnitVectors(
      EmbeddingMatrix(dimensions: d, values: rows.array))
  }

  /// W^(−p), symmetric, `(d, d)`.
  private static func transform(
    _ vectors: UnitVectors, _ labels: FaceClusters, spare: Int
  ) -> [Float]? {
    let (count, d) = (vectors.count, vectors.dimensions)
    var means = [Double](repeating: 0, count: labels.count * d)
    var sizes = [Double](repeating: 0, count: labels.count)
    for row in 0..<count {
      let (label, from) = (Int(labels.labels[row]), vectors.row(row))
      sizes[label] += 1
      for index in 0..<d { means[label * d + index] += Double(from[index]) }
    }
    for label in sizes.indices {
      for index in 0..<d { means[label * d + index] /= sizes[label] }
    }
    var covariance = [Double](repeating: 0, count: d * d)
    var rest = [Double](repeating: 0, count: d)
    covariance.withUnsafeMutableBufferPointer { covariance in
      for row in 0..<count where sizes[Int(labels.labels[row])] > 1 {
        let (label, from) = (Int(labels.labels[row]), vectors.row(row))
        for index in 0..<d { rest[index] = Double(from[index]) - means[label * d + index] }
        for i in 0..<d {
          let factor = rest[i]
          for j in 0...i { covariance[i * d + j] += factor * rest[j] }
        }
      }
    }
    for index in covariance.indices { covariance[index] /= Double(spare) }
    var values = [Double](repeating: 0, count: d)
    let (vectorsToo, lowerTriangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    // Row by row the lower triangle; LAPACKE gives the eigenvectors as columns.
    guard
      LAPACKE_dsyevd(
        LAPACK_ROW_MAJOR, vectorsToo, lowerTriangle, Int32(d), &covariance, Int32(d), &values)
        == 0
    else { return nil }
    // Directions that no face ever varies in, which some networks have, stay out.
    let largest = values.max() ?? 0
    let live = values.indices.filter { values[$0] > largest * 1e-6 }
    guard !live.isEmpty else { return nil }
    let mean = live.map { values[$0] }.reduce(0, +) / Double(live.count)
    var transform = [Float](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0..<d {
        var sum = 0.0
        for k in live {
          sum +=
            covariance[i * d + k] * covariance[j * d + k] * pow(values[k] / mean, -Self.power)
        }
        transform[i * d + j] = Float(sum)
      }
    }
    return transform
  }
}
