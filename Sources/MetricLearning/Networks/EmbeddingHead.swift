/// Features to an embedding: a linear layer, and a length of 1 if wished.
public final class EmbeddingHead: Head {
  public let linear: Linear
  public let dimensions: Int
  public let isNormalized: Bool

  public init(
    _ features: Int, dimensions: Int, isNormalized: Bool = true, random: RandomSource
  ) {
    linear = Linear(features, dimensions, random: random)
    self.dimensions = dimensions
    self.isNormalized = isNormalized
  }

  public var parts: [(name: String, module: any Module)] { [("linear", linear)] }

  /// `(n, features)` to `(n, dimensions)`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    isNormalized ? linear(input).l2Normalized() : linear(input)
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    let value = try graph.add(linear, input)
    return isNormalized ? graph.l2Normalized(value) : value
  }
}
