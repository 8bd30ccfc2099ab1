import CKernels
import LikenessCore
import VectorSearch

/// Vectors of length 1, compared by their dot product: the cosine similarity.
///
/// A vector of zeros, which has no direction, stays one and is like nothing.
final class UnitVectors: Sendable {
  let count: Int
  let dimensions: Int
  private nonisolated(unsafe) let values: UnsafeMutablePointer<Float>
  private nonisolated(unsafe) let kernels = ck_kernels_best()!

  init(_ matrix: EmbeddingMatrix) {
    count = matrix.count
    dimensions = matrix.dimensions
    values = .allocate(capacity: max(1, count * dimensions))
    matrix.values.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      for row in 0..<count {
        scaleToUnit(source + row * dimensions, into: values + row * dimensions)
      }
    }
  }

  /// The vectors multiplied by a matrix, made of length 1 again.
  /// - Parameter transform: `(d, d)`
  func mapped(by transform: [Float], threads: Int) -> UnitVectors {
    UnitVectors(mapping: self, by: transform, threads: threads)
  }

  private init(mapping other: UnitVectors, by transform: [Float], threads: Int) {
    (count, dimensions) = (other.count, other.dimensions)
    values = .allocate(capacity: max(1, count * dimensions))
    let d = dimensions
    let pieces = Pieces(rows: count)
    inParallel(pieces.count, threads: threads) { piece in
      for row in pieces[piece] {
        let to = values + row * d
        kernels.pointee.dot_f32_rows(other.row(row), transform, d, d, d, to)
        scaleToUnit(to, into: to)
      }
    }
  }

  private func scaleToUnit(_ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>) {
    let length = kernels.pointee.dot_f32(from, from, dimensions).squareRoot()
    let scale = length > 0 && length.isFinite ? 1 / length : 0
    for index in 0..<dimensions { to[index] = from[index] * scale }
  }

  deinit { values.deallocate() }

  func row(_ row: Int) -> UnsafePointer<Float> { UnsafePointer(values + row * dimensions) }

  func similarity(_ a: Int, _ b: Int) -> Float {
    kernels.pointee.dot_f32(row(a), row(b), dimensions)
  }

  /// The similarities of one row to those of a range, `(others.count,)`.
  func similarities(
    to row: Int, of others: Range<Int>, into result: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dot_f32_rows(
      self.row(row), self.row(others.lowerBound), dimensions, others.count, dimensions, result)
  }

  /// The similarities of one row to those picked, `(others.count,)`.
  func similarities(
    to row: Int, of others: UnsafeBufferPointer<Int32>, into result: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dot_f32_picked(
      self.row(row), values, dimensions, others.baseAddress, others.count, dimensions, result)
  }
}
