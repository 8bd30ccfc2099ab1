import Faces

/// All that decides how a Siamese head is trained.
public struct HeadConfiguration: Codable, Sendable, Equatable {
  public var features: [PairFeature] = HeadConfiguration.standardFeatures
  /// The widths of the hidden layers; none for a logistic of the features.
  public var hidden: [Int] = []
  public var epochs = 300
  public var batch = 128
  public var learningRate = 3e-3
  /// How strongly weights of single coordinates are held to where they began, times half the square of how
  /// far they went (L2-SP: Li et al. 2018).
  public var pull = 0.1
  /// The number of epochs without a lower held-out loss after which training stops; 0 for never.
  public var patience = 30
  /// Of the pairs, where none are held out by themselves.
  public var heldOutShare = 0.2
  public var seed: UInt64 = 1

  public init() {}

  /// All: on LFW's development pairs no fewer are clearly better (Benchmarks/Results/pairs.md).
  public static let standardFeatures: [PairFeature] = [.difference, .square, .cosine, .l2]
}

/// The metrics of an epoch of a head; epoch 0 is the plain distance that it begins as.
public struct HeadMetrics: Codable, Sendable, Equatable {
  public var epoch: Int
  /// The mean binary cross-entropy of the pairs it learns from, and of those held out.
  public var loss: Double
  public var heldOutLoss: Double
  /// The part of the held-out pairs that the even chance decides rightly.
  public var heldOutAccuracy: Double
}
