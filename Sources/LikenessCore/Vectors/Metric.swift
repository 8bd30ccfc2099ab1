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
      return ck_l2sq_f32(left, right, a.count).squareRoot()
    case .l1:
      return ck_l1_f32(left, right, a.count)
    case .cosine:
      let dot = ck_dot_f32(left, right, a.count)
      // Each root by itself: the product of both squares leaves the range of a float much sooner.
      let lengths =
        ck_dot_f32(left, left, a.count).squareRoot()
        * ck_dot_f32(right, right, a.count).squareRoot()
      guard lengths != 0 else { return 1 }
      let distance = 1 - dot / lengths
      // `max` would turn what is no number into 0, the best distance of all.
      return distance.isNaN ? distance : min(2, max(0, distance))
    }
  }
}
