import Faces

extension TrainingConfiguration {
  /// The network with its first weights.
  /// - Throws: `ModelError`
  func makeNetwork(random: RandomSource, models: ModelStore) throws -> EmbeddingNetwork {
    let backbone: any MetricLearning.Backbone
    switch self.backbone {
    case .mobileNetV2:
      let network = MobileNetV2(width: width, random: random)
      network.freeze(first: frozenLayers)
      backbone = network
    case .dlib:
      let network =
        try depth.map { try DlibResNet(models, depth: $0, side: chips.side) }
        ?? DlibResNet(models, hasDense: false)
      network.freeze(first: frozenLayers)
      backbone = network
    }
    // The loss is of inner products, which a length of 1 would bound.
    let isNormalized = loss != .nPair
    let head: any Head =
      sharesVector || attributes.count == 1
      ? EmbeddingHead(
        backbone.features, dimensions: dimensions, isNormalized: isNormalized, random: random)
      : AttributeHeads(
        backbone.features, attributes: attributes.map { (name: $0, dimensions: dimensions) },
        isNormalized: isNormalized, random: random)
    return EmbeddingNetwork(backbone, head: head)
  }

  /// What a picture of the run is called.
  var title: String {
    let network = backbone == .mobileNetV2 ? "MobileNetV2 × \(width)" : "dlib ResNet"
    let mining = loss.takesTriplets ? " \(miner.rawValue)" : ""
    return
      "\(network), \(chips.side) px, \(loss.rawValue)\(mining), \(attributes.joined(separator: " + "))"
  }
}
