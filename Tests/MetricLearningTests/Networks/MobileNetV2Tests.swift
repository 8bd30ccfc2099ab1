import Foundation
import TestSupport
import Testing

@testable import Faces
@testable import MetricLearning

@Suite struct MobileNetV2Tests {
  init() throws { try Torch.load() }

  @Test func `channels are rounded as the authors do`() {
    // torchvision's _make_divisible(v, 8).
    let expected = [
      (16.0, 16), (8.4, 8), (11.2, 16), (4.8, 8), (33.6, 32), (36.0, 40), (24.0 * 0.75, 24),
      (320 * 0.35, 112), (1280 * 1.4, 1792),
    ]
    for (value, channels) in expected { #expect(MobileNetV2.channels(value) == channels) }
  }

  @Test func `it is torchvision's, by names and sizes`() {
    let network = MobileNetV2(random: RandomSource(seed: 1))
    // torchvision's mobilenet_v2 has 3,504,872 parameters, 1,281,000 of them in its classifier.
    #expect(network.parameterCount == 3_504_872 - 1_281_000)
    let state = network.state
    // 52 convolutions, each with a batch norm of four.
    #expect(state.names.count == 52 * 5)
    for (name, shape) in [
      ("features.0.0.weight", [32, 3, 3, 3]), ("features.0.1.running_var", [32]),
      ("features.1.conv.0.0.weight", [32, 1, 3, 3]), ("features.1.conv.1.weight", [16, 32, 1, 1]),
      ("features.1.conv.2.bias", [16]), ("features.2.conv.0.0.weight", [96, 16, 1, 1]),
      ("features.2.conv.1.1.weight", [96]), ("features.2.conv.2.weight", [24, 96, 1, 1]),
      ("features.17.conv.3.running_mean", [320]), ("features.18.0.weight", [1280, 320, 1, 1]),
      ("features.18.1.weight", [1280]),
    ] {
      #expect(state[name]?.shape == shape, "\(name)")
    }
  }

  @Test func `images of several sizes become features`() {
    let network = MobileNetV2(width: 0.35, random: RandomSource(seed: 1))
    network.setTraining(false)
    #expect(network.features == 1280)
    for (height, width) in [(32, 32), (96, 64)] {
      #expect(network(Tensor.ones([2, 3, height, width])).shape == [2, 1280])
    }
  }

  @Test func `torchvision's weights are taken, with what they have besides`() throws {
    let (one, other) = (
      MobileNetV2(width: 0.35, random: RandomSource(seed: 1)),
      MobileNetV2(width: 0.35, random: RandomSource(seed: 2))
    )
    var weights = one.state
    weights["classifier.1.weight"] = Tensor.zeros([1000, 1280])
    weights["features.0.1.num_batches_tracked"] = Tensor([Int64(5)]).reshaped([])
    try other.load(torchvision: weights)
    #expect(
      other.state["features.18.0.weight"]?.values()
        == one.state["features.18.0.weight"]?.values(as: Float.self))
    weights["features.19.weight"] = Tensor.zeros([1])
    #expect(throws: StateError.unexpected("features.19.weight")) {
      try other.load(torchvision: weights)
    }
  }

  /// A network whose norms have means and scales of their own, and what it makes of two images.
  private func trained() -> (network: MobileNetV2, images: Tensor, features: [Float]) {
    let random = RandomSource(seed: 5)
    let network = MobileNetV2(width: 0.1, random: random)
    withoutGradients {
      for (name, tensor) in network.state.entries {
        if name.hasSuffix("running_var") {
          random.fillUniform(tensor, 0.5, 2)
        } else if tensor.shape.count == 1 {
          random.fillUniform(tensor, 0.2, 0.9)
        }
      }
    }
    network.setTraining(false)
    let images = Tensor.zeros([2, 3, 64, 64])
    random.fillNormal(images, deviation: 1)
    return (network, images, withoutGradients { network(images).values() })
  }

  @Test func `weights come from safetensors and from ONNX`() throws {
    let (network, images, expected) = trained()
    #expect(expected.contains { $0 > 0 } && Set(expected).count > 100)
    try TestFiles.withTemporaryFolder { folder in
      func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
      try SafetensorsFile.write(network.state, to: file("plain.safetensors"))
      var run = StateDictionary()
      run.add(network.state, under: "backbone.")
      run["head.linear.weight"] = Tensor.zeros([2, 1280])
      try SafetensorsFile.write(run, to: file("run.safetensors"))
      try EmbeddingNetwork(network).onnx(name: "mine", height: 64, width: 64)
        .write(to: file("mine.onnx"))
      try folded(network).write(to: file("folded.onnx"))
      for name in ["plain.safetensors", "run.safetensors", "mine.onnx", "folded.onnx"] {
        let other = MobileNetV2(width: 0.1, random: RandomSource(seed: 6))
        try other.load(weights: file(name))
        other.setTraining(false)
        let found: [Float] = withoutGradients { other(images).values() }
        let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-4, "\(name): \(worst)")
      }
      // Another width, a cut file, another format, none at all: one line, and nothing is changed.
      let whole = try Data(contentsOf: file("mine.onnx"))
      try whole.prefix(whole.count / 2).write(to: file("cut.onnx"))
      try Data("{}".utf8).write(to: file("text.onnx"))
      let other = MobileNetV2(width: 0.2, random: RandomSource(seed: 6))
      let before = other.state["features.0.0.weight"]?.values(as: Float.self)
      for name in [
        "plain.safetensors", "mine.onnx", "cut.onnx", "text.onnx", "none.onnx", "none.safetensors",
      ] {
        #expect(throws: SafetensorsError.self) { try other.load(weights: file(name)) }
      }
      #expect(other.state["features.0.0.weight"]?.values() == before)
    }
  }

  /// The network as other programs write it: each norm is part of its convolution.
  private func folded(_ network: MobileNetV2) -> Data {
    var graph = ONNXGraph(name: "folded")
    var value = graph.input("image", .float32, [.fixed(1), .fixed(3), .fixed(64), .fixed(64)])
    var weight: Tensor?
    var norm: [[Float]] = []
    for (_, tensor) in network.state.entries {
      if tensor.shape.count == 4 {
        weight = tensor
        continue
      }
      norm.append(tensor.values())
      guard norm.count == 4, let kernel = weight else { continue }
      let scales = zip(norm[0], norm[3]).map { $0 / ($1 + 1e-5).squareRoot() }
      let values: [Float] = kernel.values()
      let size = values.count / scales.count
      let weights = graph.constant(
        values.enumerated().map { $1 * scales[$0 / size] }, shape: kernel.shape)
      let shift = graph.constant(
        scales.indices.map { norm[1][$0] - norm[2][$0] * scales[$0] }, shape: [scales.count])
      // As where equal tensors are kept once.
      let bias = graph.node("Identity", [shift])
      value = graph.node("Conv", [value, weights, bias])
      norm = []
    }
    graph.output(value, .float32, [])
    return graph.serialized()
  }

  @Test func `frozen layers do not change, others do`() throws {
    let random = RandomSource(seed: 3)
    let network = EmbeddingNetwork(
      MobileNetV2(width: 0.35, random: random),
      head: EmbeddingHead(1280, dimensions: 8, random: random))
    (network.backbone as? MobileNetV2)?.freeze(first: 3)
    let optimizer = SGD(network.parameters, learningRate: 0.1)
    let before = network.state.entries.map { ($0.name, $0.tensor.values(as: Float.self)) }
    let pixels = Tensor(shape: [4, 32, 32, 3]) { (places: UnsafeMutableBufferPointer<UInt8>) in
      for index in places.indices { places[index] = UInt8(truncatingIfNeeded: index * index / 7) }
    }
    let vectors = network(pixels)
    #expect(vectors.shape == [4, 8])
    (vectors - 0.5).squared().sum().backward()
    optimizer.step()
    let after = network.state
    for (name, values) in before {
      let isFrozen = ["0", "1", "2"].contains { name.hasPrefix("backbone.features.\($0).") }
      #expect((after[name]?.values() == values) == isFrozen, "\(name)")
    }
  }
}
