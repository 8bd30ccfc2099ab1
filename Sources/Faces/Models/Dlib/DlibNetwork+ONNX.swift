import Foundation

extension DlibNetwork {
  /// The network as an ONNX model that takes 8-bit RGB pixels as they lie in memory.
  ///
  /// Input `image`: `(n, height, width, 3)` bytes. Output `output`: `(n, d)` floats for an embedding,
  /// `(n, 1, rows, columns)` scores for a detector. Each affine layer is folded into the convolution
  /// before it, and the normalisation `(pixel − mean) / 256` is part of the graph.
  ///
  /// - Parameter size: height and width, where the network wants one size; nil where any will do.
  func onnx(name: String, inputSize size: (height: Int, width: Int)?) -> Data {
    var graph = ONNXGraph(name: name)
    let image = graph.input(
      "image", .uint8,
      [
        .named("n"), size.map { .fixed($0.height) } ?? .named("height"),
        size.map { .fixed($0.width) } ?? .named("width"), .fixed(3),
      ])
    var value = graph.node(
      "Cast", [image], ["to": .integer(ONNXGraph.ElementType.float32.rawValue)])
    value = graph.node("Transpose", [value], ["perm": .integers([0, 3, 1, 2])])
    value = graph.node("Sub", [value, graph.constant(meanColor, shape: [1, 3, 1, 1])])
    value = graph.node("Mul", [value, graph.constant([1 / 256], shape: [1])])

    var shape = TensorShape(channels: 3, height: size?.height ?? 0, width: size?.width ?? 0)
    var remembered: [Int: (value: String, shape: TensorShape)] = [:]
    var outputs = 1
    let layers = foldedLayers
    for (index, layer) in layers.enumerated() {
      switch layer {
      case .convolution(let weights, let bias, let stride, let padding):
        let (rows, columns) = (weights.shape[2], weights.shape[3])
        value = graph.node(
          "Conv",
          [
            value, graph.constant(weights.values, shape: weights.shape),
            graph.constant(bias, shape: [bias.count]),
          ],
          [
            "kernel_shape": .integers([rows, columns]), "strides": .integers(stride),
            "pads": .integers(padding + padding),
          ])
        shape = shape.slid(over: [rows, columns], stride, padding, channels: bias.count)
        outputs = bias.count
      case .affine:
        preconditionFailure("an affine layer without a convolution before it")
      case .relu:
        value = graph.node("Relu", [value])
      case .maxPool(let window, let stride, let padding),
        .averagePool(let window, let stride, let padding):
        if window == [0, 0] {
          value = graph.node("GlobalAveragePool", [value])
          shape = TensorShape(channels: shape.channels, height: 1, width: 1)
          break
        }
        var operation = "AveragePool"
        if case .maxPool = layer { operation = "MaxPool" }
        value = graph.node(
          operation, [value],
          [
            "kernel_shape": .integers(window), "strides": .integers(stride),
            "pads": .integers(padding + padding),
          ])
        shape = shape.slid(over: window, stride, padding, channels: shape.channels)
      case .dense(let weights):
        value = graph.node("Flatten", [value])
        value = graph.node(
          "MatMul", [value, graph.constant(weights.values, shape: weights.shape)],
          output: index == layers.count - 1 ? "output" : nil)
        outputs = weights.shape[1]
      case .tag(let number):
        remembered[number] = (value, shape)
      case .skip(let number):
        guard let past = remembered[number] else { preconditionFailure("no tag \(number)") }
        (value, shape) = past
      case .add(let number):
        guard let past = remembered[number] else { preconditionFailure("no tag \(number)") }
        let union = shape.union(past.shape)
        let left = pad(value, from: shape, to: union, &graph)
        let right = pad(past.value, from: past.shape, to: union, &graph)
        value = graph.node("Add", [left, right])
        shape = union
      }
    }
    if case .dense = layers.last {
      graph.output("output", .float32, [.named("n"), .fixed(outputs)])
    } else {
      _ = graph.node("Identity", [value], output: "output")
      graph.output(
        "output", .float32, [.named("n"), .fixed(outputs), .named("rows"), .named("columns")])
    }
    return graph.serialized()
  }

  private func pad(
    _ value: String, from shape: TensorShape, to target: TensorShape, _ graph: inout ONNXGraph
  ) -> String {
    guard shape != target else { return value }
    let ends = [
      0, target.channels - shape.channels, target.height - shape.height, target.width - shape.width,
    ]
    return graph.node("Pad", [value, graph.constant([0, 0, 0, 0] + ends)])
  }
}

/// Channels, rows and columns of what flows between two layers.
private struct TensorShape: Equatable {
  var channels: Int
  var height: Int
  var width: Int

  func slid(over window: [Int], _ stride: [Int], _ padding: [Int], channels: Int) -> TensorShape {
    TensorShape(
      channels: channels,
      height: (height + 2 * padding[0] - window[0]) / stride[0] + 1,
      width: (width + 2 * padding[1] - window[1]) / stride[1] + 1)
  }

  func union(_ other: TensorShape) -> TensorShape {
    TensorShape(
      channels: max(channels, other.channels), height: max(height, other.height),
      width: max(width, other.width))
  }
}
