import CKernels
import Vectors

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
      for row in 0..<count {
        let from = source.baseAddress! + row * dimensions
        let to = values + row * dimensions
        let length = kernels.pointee.dot_f32(from, from, dimensions).squareRoot()
        let scale = length > 0 && length.isFinite ? 1 / length : 0
        for index in 0..<dimensions { to[index] = from[index] * scale }
      }
    }
  }

  deinit { values.deallocate() }

  func row(_ row: Int) -> UnsafePointer<Float> { UnsafePointer(values + row * dimensions) }

  func similarity(_ a: Int, _ b: Int) -> Float {
    kernels.pointee.dot_f32(row(a), row(b), dimensions)
  }

  /// The similarities of one row to all, `(n,)`.
  func similarities(to row: Int, into result: UnsafeMutablePointer<Float>) {
    kernels.pointee.dot_f32_rows(
      self.row(row), values, dimensions, count, dimensions, result)
  }
}
