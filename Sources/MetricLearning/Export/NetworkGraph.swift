import Faces

/// An ONNX model that layers add themselves to.
struct NetworkGraph {
  private(set) var graph: ONNXGraph
  /// A batch of one as the backbone gets it, for layers whose form follows from sizes.
  let sample: Tensor

  init(_ graph: ONNXGraph, sample: Tensor) {
    self.graph = graph
    self.sample = sample
  }

  /// Adds a layer behind a value, and gives the name of what it computes.
  mutating func add(_ layer: any Layer, _ input: String) throws(ExportError) -> String {
    guard let layer = layer as? any ExportableLayer else {
      throw .unsupported(layer: "\(type(of: layer))")
    }
    return try layer.exported(input, to: &self)
  }

  mutating func node(
    _ operation: String, _ inputs: [String],
    _ attributes: [String: ONNXGraph.Attribute] = [:], output: String? = nil, outputs: Int = 1
  ) -> String {
    graph.node(operation, inputs, attributes, output: output, outputs: outputs)
  }

  mutating func constant(_ tensor: Tensor) -> String {
    graph.constant(tensor.values(), shape: tensor.shape)
  }

  /// Whole numbers in a row.
  mutating func constant(_ values: [Int]) -> String { graph.constant(values) }

  /// A number by itself.
  mutating func constant(_ value: Float) -> String { graph.constant([value], shape: []) }

  /// Zeros behind a value of one shape, up to another.
  mutating func pad(_ value: String, from shape: [Int], to target: [Int]) -> String {
    guard shape != target else { return value }
    let ends = zip(shape, target).map { $1 - $0 }
    return node("Pad", [value, graph.constant(ends.map { _ in 0 } + ends)])
  }

  /// Rows of length 1, as `Tensor.l2Normalized` makes them.
  mutating func l2Normalized(_ value: String) -> String {
    let length = node("ReduceL2", [value], ["axes": .integers([1]), "keepdims": .integer(1)])
    return node("Div", [value, node("Max", [length, constant(1e-12)])])
  }
}
