import Faces
import Foundation

/// An ONNX model that tells pictures apart by the colours of their parts: pooled, weighted, nothing else.
public struct MadeEmbedding: Sendable {
  public enum Layout: Sendable { case nchw, nhwc, bytes }
  public enum Fault: Sendable, CaseIterable {
    case notANumber, zero, constant, integers, twoInputs, halfInput, notSquare, vector, grey,
      manyNumbers
    case oneNumber, unknownOperation, random
  }

  public var side = 112
  public var dimensions = 64
  public var layout = Layout.nchw
  /// Whether height and width are left open.
  public var isOpen = false
  /// Whether a shape inside is fixed to one picture, as programs write it that trace a single one.
  public var isSingle = false
  /// Whether the length goes out as well, as AdaFace's does, and the embedding with length 1.
  public var hasNorm = false
  /// Whether another output is as long as the embedding.
  public var hasTwin = false
  public var fault: Fault?
  /// Of the weights.
  public var seed: UInt64 = 1

  public init() {}

  /// The file.
  public func onnx() -> Data {
    var graph = ONNXGraph(name: "made")
    let open = isOpen
    func size(_ side: Int) -> ONNXGraph.Dimension { open ? .named("s") : .fixed(side) }
    let height = fault == .notSquare ? side - 16 : side
    let channels = ONNXGraph.Dimension.fixed(fault == .grey ? 1 : 3)
    let type: ONNXGraph.ElementType =
      fault == .halfInput ? .float16 : layout == .bytes ? .uint8 : .float32
    let batch = isSingle ? ONNXGraph.Dimension.fixed(1) : .named("n")
    var value: String
    switch layout {
    case .nchw:
      value = graph.input(
        "data", type,
        fault == .vector ? [batch, .fixed(128)] : [batch, channels, size(height), size(side)])
    case .nhwc, .bytes:
      value = graph.input("data", type, [batch, size(height), size(side), channels])
    }
    if type != .float32 { value = graph.node("Cast", [value], ["to": .integer(1)]) }
    if layout != .nchw {
      value = graph.node("Transpose", [value], ["perm": .integers([0, 3, 1, 2])])
    }
    if fault == .twoInputs {
      value = graph.node("Add", [value, graph.input("other", .float32, [.fixed(1)])])
    }
    if fault == .unknownOperation { value = graph.node("NoSuchOperation", [value]) }
    if fault == .vector {
      _ = graph.node("Identity", [value], output: "embedding")
      graph.output("embedding", .float32, [batch, .fixed(128)])
      return graph.serialized()
    }
    let cells = 7
    let step = side / cells
    value = graph.node(
      "AveragePool", [value],
      ["kernel_shape": .integers([step, step]), "strides": .integers([step, step])])
    let count = cells * cells * 3
    value =
      isSingle
      ? graph.node("Reshape", [value, graph.constant([1, count])])
      : graph.node("Flatten", [value], ["axis": .integer(1)])
    if isSingle {
      // So that nothing but a batch of 1 fits, however shapes are mended.
      let nothing = graph.constant([Float](repeating: 0, count: count), shape: [1, count])
      let both = graph.node("Concat", [value, nothing], ["axis": .integer(0)])
      value = graph.node(
        "ReduceSum", [both, graph.constant([0])], ["keepdims": .integer(1)])
    }
    if fault == .random {
      value = graph.node("Add", [value, graph.node("RandomNormalLike", [value])])
    }
    let columns = fault == .manyNumbers ? 5_000 : fault == .oneNumber ? 1 : dimensions
    let weights = self.weights(count * columns)
    value = graph.node("MatMul", [value, graph.constant(weights, shape: [count, columns])])
    if fault == .constant {
      value = graph.node(
        "Add", [value, graph.constant(self.weights(columns, faulty: false), shape: [columns])])
    }
    if fault == .integers { value = graph.node("Cast", [value], ["to": .integer(7)]) }
    if hasNorm {
      let norm = graph.node(
        "ReduceL2", [value], ["axes": .integers([1]), "keepdims": .integer(1)], output: "norm")
      value = graph.node("Div", [value, norm])
    }
    _ = graph.node("Identity", [value], output: "embedding")
    let element = fault == .integers ? ONNXGraph.ElementType.int64 : .float32
    if hasNorm { graph.output("norm", .float32, [batch, .fixed(1)]) }
    graph.output("embedding", element, [batch, .fixed(columns)])
    if hasTwin {
      _ = graph.node("Neg", ["embedding"], output: "twin")
      graph.output("twin", .float32, [batch, .fixed(columns)])
    }
    return graph.serialized()
  }

  private func weights(_ count: Int, faulty: Bool = true) -> [Float] {
    if faulty, let fault, [.zero, .constant].contains(fault) {
      return [Float](repeating: 0, count: count)
    }
    var random = SplitMix64(seed: seed)
    var weights = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    if faulty, fault == .notANumber { weights[0] = .nan }
    return weights
  }
}
