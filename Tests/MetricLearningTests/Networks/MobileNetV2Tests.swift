import Testing

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
