import CKernels

/// How far apart two embeddings are. Smaller is more alike, for every metric.
public enum Metric: String, Sendable, CaseIterable, Codable {
  /// Euclidean distance, `sqrt(Σ (aᵢ − bᵢ)²)`: dlib's own, same person typically below 0.6.
  case l2
  /// Manhattan distance, `Σ |aᵢ − bᵢ|`.
  case l1
  /// Cosine distance, `1 − a·b / (|a| |b|)`, from 0 to 2; 1 where either vector is zero.
  case cosine

  /// The distance between two embeddings of the same dimension.
  /// - Precondition: `a.count == b.count`.
  public func distance(_ a: Embedding, _ b: Embedding) -> Float {
    a.values.withUnsafeBufferPointer { left in
      b.values.withUnsafeBufferPointer { right in distance(left, right) }
    }
  }

  /// The distance between two vectors in memory, `(d,)` each.
  /// - Precondition: the buffers have the same length.
  public func distance(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) dimensions")
    guard let left = a.baseAddress, let right = b.baseAddress else { return 0 }
    switch self {
    case .l2:
      let square = ck_l2sq_f32(left, right, a.count)
      return UnsafeBufferPointer.exactSquares.contains(square)
        ? square.squareRoot() : Self.euclidean(a, b)
    case .l1:
      return ck_l1_f32(left, right, a.count)
    case .cosine:
      let squares = (ck_dot_f32(left, left, a.count), ck_dot_f32(right, right, a.count))
      let exact = UnsafeBufferPointer.exactSquares
      guard exact.contains(squares.0), exact.contains(squares.1) else {
        return Self.angular(a, b)
      }
      let lengths = squares.0.squareRoot() * squares.1.squareRoot()
      return Self.clamped(1 - ck_dot_f32(left, right, a.count) / lengths)
    }
  }

  /// The same in twice the precision, for vectors whose squares leave the range of a float.
  private static func euclidean(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float {
    var sum = 0.0
    for index in a.indices {
      let difference = Double(a[index]) - Double(b[index])
      sum += difference * difference
    }
    return Float(sum.squareRoot())
  }

  private static func angular(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float {
    let lengths = a.length * b.length
    guard lengths != 0 else { return 1 }
    var dot = 0.0
    for index in a.indices { dot += Double(a[index]) * Double(b[index]) }
    return clamped(Float(1 - dot / lengths))
  }

  /// `max` would turn what is not a number into 0, the best distance of all.
  private static func clamped(_ distance: Float) -> Float {
    distance.isNaN ? distance : min(2, max(0, distance))
  }
}
