/// Published ways to train, as a start for a configuration.
public enum TrainingRecipe: String, Sendable, CaseIterable {
  /// MobileNetV2 on a person and an expression at once, after a published experiment with JAFFE: photos as they are, 256
  /// pixels wide, one of each person with each expression, values from 0 to 1; batches of 16 triplets, half of them for
  /// each attribute; one vector with a number for each person with each expression, not normalised, with a margin of 1
  /// of Euclidean distances; Adam at a constant rate of 0.0001 without decay, 50 epochs. The embedding of a photo is the
  /// median of the last maps.
  case mercari

  /// - Parameter combinations: how many combinations of the attributes' values there can be.
  public func apply(to configuration: inout TrainingConfiguration, combinations: Int) {
    switch self {
    case .mercari:
      configuration.backbone = .mobileNetV2
      configuration.pixels = .unit
      configuration.chips.cropping = .whole
      configuration.chips.side = 256
      configuration.firstOfEach = true
      configuration.augmentation = .mercari
      configuration.sharesVector = true
      configuration.dimensions = combinations
      configuration.isNormalized = false
      configuration.features = .median
      configuration.loss = .init(HardTripletLoss.self)
      configuration.miner = .init(SampledMiner.self)
      configuration.margin = 1
      (configuration.people, configuration.photos) = (8, 6)
      configuration.anchorsOnce = true
      configuration.epochs = 50
      configuration.optimizer = .adam
      configuration.schedule = .constant
      configuration.learningRate = 1e-4
      configuration.weightDecay = 0
      configuration.patience = 0
    }
  }
}
