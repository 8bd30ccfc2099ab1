/// Features to several embeddings at once, one an attribute (identity, expression, …), each with its own
/// linear layer and length of 1. Together they are one vector, in parts that do not mix.
public final class AttributeHeads: Head {
  /// Where an attribute lies in the vector.
  public struct Part: Sendable, Equatable {
    public var name: String
    public var range: Range<Int>
  }

  public let attributes: [Part]
  private let heads: [EmbeddingHead]

  /// - Precondition: the names differ.
  public init(
    _ features: Int, attributes: [(name: String, dimensions: Int)], isNormalized: Bool = true,
    random: RandomSource
  ) {
    precondition(
      Set(attributes.map(\.name)).count == attributes.count, "two attributes of one name")
    var start = 0
    self.attributes = attributes.map { attribute in
      defer { start += attribute.dimensions }
      return Part(name: attribute.name, range: start..<start + attribute.dimensions)
    }
    heads = attributes.map {
      EmbeddingHead(
        features, dimensions: $0.dimensions, isNormalized: isNormalized, random: random)
    }
  }

  public var parts: [(name: String, module: any Module)] {
    zip(attributes, heads).map { ($0.name, $1) }
  }

  public var dimensions: Int { attributes.last?.range.upperBound ?? 0 }

  /// `(n, features)` to `(n, Σ dimensions)`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    Tensor.concatenated(heads.map { $0(input) }, 1)
  }

  /// One attribute's part of vectors `(n, Σ dimensions)`; nil for a name that is none.
  public func part(_ name: String, of vectors: Tensor) -> Tensor? {
    attributes.first { $0.name == name }.map { vectors.slice(1, $0.range) }
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    var values: [String] = []
    for head in heads { values.append(try graph.add(head, input)) }
    return graph.node("Concat", values, ["axis": .integer(1)])
  }
}
