/// Many embeddings of one dimension in one piece of memory, `(n, d)` row by row.
public struct EmbeddingMatrix: Sendable, Equatable {
  /// The number of dimensions, d.
  public let dimensions: Int
  /// `n · d` coordinates.
  public private(set) var values: [Float]

  public init(dimensions: Int, values: [Float] = []) {
    precondition(dimensions > 0 && values.count % dimensions == 0, "values that fill no whole rows")
    self.dimensions = dimensions
    self.values = values
  }

  /// - Precondition: the embeddings have one dimension, and there is at least one.
  public init(_ embeddings: [Embedding]) {
    precondition(!embeddings.isEmpty, "no embeddings, so no dimension")
    self.init(dimensions: embeddings[0].count)
    values.reserveCapacity(embeddings.count * dimensions)
    for embedding in embeddings { append(embedding) }
  }

  /// The number of embeddings, n.
  public var count: Int { values.count / dimensions }

  public subscript(row: Int) -> Embedding {
    Embedding(Array(values[row * dimensions..<(row + 1) * dimensions]))
  }

  /// Lends the coordinates of a row, `(d,)`.
  public func withRow<Result, Failure: Error>(
    _ row: Int, _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<count).contains(row), "row \(row) of \(count)")
    return try values.withUnsafeBufferPointer { values throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: values[row * dimensions..<(row + 1) * dimensions]))
    }
  }

  /// - Precondition: the embedding has `dimensions` coordinates.
  public mutating func append(_ embedding: Embedding) {
    precondition(embedding.count == dimensions, "an embedding of \(embedding.count) dimensions")
    values += embedding.values
  }

  /// The matrix with every row of length 1.
  public func normalized() -> EmbeddingMatrix {
    var result = EmbeddingMatrix(dimensions: dimensions)
    result.values.reserveCapacity(values.count)
    for row in 0..<count { result.append(self[row].normalized()) }
    return result
  }
}
