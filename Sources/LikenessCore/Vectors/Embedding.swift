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
  public var norm: Float {
    values.withUnsafeBufferPointer {
      $0.isEmpty ? 0 : ck_dot_f32($0.baseAddress!, $0.baseAddress!, $0.count).squareRoot()
    }
  }

  /// True if every coordinate is a number: no NaN, no infinity.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The same direction with length 1; a zero vector stays zero.
  public func normalized() -> Embedding {
    let length = norm
    guard length > 0 else { return self }
    return Embedding(values.map { $0 / length })
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
