/// Many embeddings of one dimension in one piece of memory, `(n, d)` row by row.
public struct EmbeddingMatrix: Sendable, Equatable {
  /// The number of dimensions, d.
  public let dimensions: Int
  /// `n · d` coordinates.
  public private(set) var values: [Float]

  /// Rows one after the other, `(n, d)`.
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

  /// The vector of a row, copied.
  public subscript(row: Int) -> Embedding {
    Embedding(Array(values[row * dimensions..<(row + 1) * dimensions]))
  }

  /// Some rows, `(rows.count, d)`.
  public subscript(rows: Range<Int>) -> EmbeddingMatrix {
    EmbeddingMatrix(
      dimensions: dimensions,
      values: Array(values[rows.lowerBound * dimensions..<rows.upperBound * dimensions]))
  }

  /// Some rows in an order, `(rows.count, d)`.
  public subscript(rows: [Int]) -> EmbeddingMatrix {
    var result = EmbeddingMatrix(dimensions: dimensions)
    result.values.reserveCapacity(rows.count * dimensions)
    for row in rows { result.values += values[row * dimensions..<(row + 1) * dimensions] }
    return result
  }

  /// The rows in an order that is pseudo-random and follows from their content alone: the same rows have it
  /// wherever they stand, `(n,)`. Equal rows come as they stand.
  public func orderOfContent() -> [Int] {
    let keys = (0..<count).map { row in
      withRow(row) { values in
        values.reduce(into: UInt64(0)) { $0 = Self.mixed($0 ^ UInt64($1.bitPattern)) }
      }
    }
    return keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }

  /// The last step of SplitMix64 (Steele, Lea and Flood 2014), which leaves no order of the numbers.
  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
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
