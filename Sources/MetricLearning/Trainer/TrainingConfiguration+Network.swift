import Faces

extension TrainingConfiguration {
  /// The network with its initial weights.
  /// - Throws: `ModelError`
  func makeNetwork(random: RandomSource, models: ModelStore) throws -> EmbeddingNetwork {
    let backbone: any MetricLearning.Backbone
    switch self.backbone {
    case .mobileNetV2:
      let network = MobileNetV2(
        width: width, normalization: pixels == .unit ? .unit : .imageNet, random: random)
      network.freeze(first: frozenLayers)
      backbone = network
    case .dlib:
      let network =
        try depth.map { try DlibResNet(models, depth: $0, side: chips.side) }
        ?? DlibResNet(models, hasDense: false)
      network.freeze(first: frozenLayers)
      backbone = network
    }
    let isNormalized = isNormalized && !loss.definition.keepsLengths
    let head: any Head =
      sharesVector || attributes.count < 2
      ? EmbeddingHead(
        backbone.features, dimensions: dimensions, isNormalized: isNormalized, random: random)
      : AttributeHeads(
        backbone.features, attributes: attributes.map { (name: $0, dimensions: dimensions) },
        isNormalized: isNormalized, random: random)
    return EmbeddingNetwork(backbone, head: head)
  }

  /// The title of the run's curves.
  var title: String {
    let network = backbone == .mobileNetV2 ? "MobileNetV2 × \(width)" : "dlib ResNet"
    let mining = loss.uses(.miner) ? " \(miner.rawValue)" : ""
    let aim =
      teacher.map { "taught by \($0)" }
      ?? "\(loss.rawValue)\(mining), \(attributes.joined(separator: " + "))"
    return "\(network), \(chips.side) px, \(aim)"
  }

  /// The optimizer.
  func makeOptimizer(
    _ parameters: [(name: String, tensor: Tensor)]
  ) -> any MetricLearning.Optimizer {
    switch optimizer {
    case .adamW:
      Adam(
        parameters, learningRate: learningRate, weightDecay: weightDecay, decay: .decoupled)
    case .adam: Adam(parameters, learningRate: learningRate, weightDecay: weightDecay)
    case .sgd:
      SGD(parameters, learningRate: learningRate, momentum: 0.9, weightDecay: weightDecay)
    }
  }

  /// The learning rate schedule.
  func learningRates(batches: Int) -> LearningRateSchedule {
    let total = epochs * batches
    switch schedule {
    case .constant: return .constant
    case .cosine: return .cosine(warmUp: min(total / 10, 5 * batches), total: total, floor: 0.01)
    }
  }
}
