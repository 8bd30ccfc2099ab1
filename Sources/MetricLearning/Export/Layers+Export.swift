extension Linear: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    let inputs = [input, graph.constant(weight)] + (bias.map { [graph.constant($0)] } ?? [])
    return graph.node("Gemm", inputs, ["transB": .integer(1)])
  }
}

extension Conv2d: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    let inputs = [input, graph.constant(weight)] + (bias.map { [graph.constant($0)] } ?? [])
    return graph.node(
      "Conv", inputs,
      [
        "kernel_shape": .integers(Array(weight.shape[2...])), "strides": .integers(stride),
        "pads": .integers(padding + padding), "group": .integer(groups),
      ])
  }
}

extension BatchNorm2d: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    let inputs = [input] + [weight, bias, runningMean, runningVariance].map { graph.constant($0) }
    return graph.node("BatchNormalization", inputs, ["epsilon": .float(Float(epsilon))])
  }
}

extension ActivationLayer: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    switch activation {
    case .relu: graph.node("Relu", [input])
    case .relu6: graph.node("Clip", [input, graph.constant(0), graph.constant(6)])
    case .sigmoid: graph.node("Sigmoid", [input])
    }
  }
}

extension Pool2d: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    // libtorch's mean counts the zeros of the padding.
    graph.node(
      kind == .max ? "MaxPool" : "AveragePool", [input],
      [
        "kernel_shape": .integers(size), "strides": .integers(stride),
        "pads": .integers(padding + padding),
      ].merging(kind == .max ? [:] : ["count_include_pad": .integer(1)]) { first, _ in first })
  }
}

extension GlobalAveragePool: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String {
    graph.node("Flatten", [graph.node("GlobalAveragePool", [input])])
  }
}

extension GlobalMedianPool {
  /// Adds itself behind a map of a known size: ONNX has no median. Of the larger half, in falling order, the last one
  /// or two are in the middle.
  func exported(
    _ input: String, rows: Int, columns: Int, to graph: inout NetworkGraph
  ) -> String {
    func median(_ input: String, size: Int) -> String {
      let half = size / 2 + 1
      let largest = graph.node(
        "TopK", [input, graph.constant([half])], ["axis": .integer(2)], outputs: 2)
      let middle = graph.node(
        "Slice",
        [
          largest, graph.constant([size % 2 == 1 ? half - 1 : half - 2]), graph.constant([half]),
          graph.constant([2]),
        ])
      return graph.node(
        "ReduceMean", [middle], ["axes": .integers([2]), "keepdims": .integer(0)])
    }
    return median(median(input, size: rows), size: columns)
  }
}

extension Dropout: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) -> String { input }
}

extension Sequential: ExportableLayer {
  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    var value = input
    for layer in layers { value = try graph.add(layer, value) }
    return value
  }
}
