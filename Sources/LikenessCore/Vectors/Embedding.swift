import CKernels

/// A face as a point in the model's space: `(d,)` unitless floats, d = 128 for the default model.
///
/// Kept as the network gave it. `normalized()` puts it on the unit sphere, where squared L2 and
/// cosine rank alike.
public struct Embedding: Sendable, Hashable {
  /// The coordinates, `(d,)`.
  public var values: [Float]

  /// A vector of given numbers, `(d,)`.
  public init(_ values: [Float]) {
    self.values = values
  }

  /// The number of dimensions, d.
  public var count: Int { values.count }

  /// The Euclidean length.
  public var norm: Float { Float(values.withUnsafeBufferPointer(\.length)) }

  /// True if every coordinate is a number: no NaN, no infinity.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The same direction with length 1; a zero vector stays zero.
  public func normalized() -> Embedding {
    values.withUnsafeBufferPointer { values in
      let length = values.length
      return length > 0 ? Embedding(values.divided(by: length)) : self
    }
  }

  /// Why no distance to it says anything, in words; nil where distances do. Those between vectors shorter than 1e34 are
  /// floats in every metric.
  package var defect: String? {
    if values.isEmpty { return "it has no numbers" }
    if !isFinite { return "not all of its numbers are finite" }
    if norm == 0 { return "all of its numbers are zero, which is no direction" }
    return norm < 1e34 ? nil : "its numbers are too large"
  }

  /// The mean of several embeddings of one dimension.
  /// - Precondition: `embeddings` is not empty and all have the same dimension.
  public static func mean(_ embeddings: [Embedding]) -> Embedding {
    precondition(!embeddings.isEmpty, "the mean of no embeddings is undefined")
    var sum = [Float](repeating: 0, count: embeddings[0].count)
    for embedding in embeddings {
      precondition(embedding.count == sum.count, "embeddings of different dimensions")
      for index in sum.indices { sum[index] += embedding.values[index] }
    }
    let scale = 1 / Float(embeddings.count)
    return Embedding(sum.map { $0 * scale })
  }

  /// The median of each coordinate over several embeddings of one dimension; of an even number, the mean of
  /// the middle two.
  /// - Precondition: `embeddings` is not empty and all have the same dimension.
  public static func median(_ embeddings: [Embedding]) -> Embedding {
    precondition(!embeddings.isEmpty, "the median of no embeddings is undefined")
    let middle = embeddings.count / 2
    return Embedding(
      (0..<embeddings[0].count).map { column in
        let sorted = embeddings.map { $0.values[column] }.sorted()
        return embeddings.count % 2 == 1
          ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
      })
  }

  /// - Precondition: both have the same dimension.
  public static func - (a: Embedding, b: Embedding) -> Embedding {
    precondition(a.count == b.count, "embeddings of \(a.count) and \(b.count) numbers")
    return Embedding(zip(a.values, b.values).map { $0 - $1 })
  }
}

extension UnsafeBufferPointer<Float> {
  /// Squares from here on, whose roots are lengths, are exact to the last places of a float, and their products are in its
  /// range. Others are computed in twice the precision.
  static var exactSquares: ClosedRange<Float> { 1e-30...1e30 }

  /// The Euclidean length of a vector, though its square may leave the range of a float.
  package var length: Double {
    guard let baseAddress else { return 0 }
    let square = ck_dot_f32(baseAddress, baseAddress, count)
    return Self.exactSquares.contains(square)
      ? Double(square.squareRoot())
      : reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// The vector over its length, which may be outside of a float's range.
  package func divided(by length: Double) -> [Float] {
    let divisor = Float(length)
    return Self.exactSquares.contains(divisor)
      ? map { $0 / divisor } : map { Float(Double($0) / length) }
  }
}
