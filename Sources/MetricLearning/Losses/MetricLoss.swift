/// A loss to train with: what a batch of embeddings with labels costs.
///
/// One is made for each attribute that is told apart. A new loss is a file with a type that conforms to this, and its line
/// in `TrainingConfiguration.Loss.registered`; the command line takes its name, its help and the options it has from
/// there.
public protocol MetricLoss: SendableMetatype {
  static var definition: LossDefinition { get }

  init(_ settings: LossSettings)

  /// - Parameter random: used where something is drawn at random.
  func value(of batch: LossBatch, using random: inout some RandomNumberGenerator) -> LossValue

  /// The loss's parameters, which are learnt and saved with the network; nil for a loss without any.
  var module: (any Module)? { get }

  /// The verification head that was trained; nil for a loss without one.
  var verifier: SiameseHead? { get }
}

extension MetricLoss {
  public var module: (any Module)? { nil }
  public var verifier: SiameseHead? { nil }
}

/// What a loss is called, and what it asks of a run.
public struct LossDefinition: Sendable {
  /// As users type it, and as files of runs have it.
  public var name: String
  /// One line for the help, without a full stop.
  public var summary: String
  /// The options of a configuration that it uses, beyond those of every loss.
  public var options: Set<LossOption>
  /// Whether embeddings keep the lengths that the network gives them, whatever the configuration says.
  public var keepsLengths: Bool
  /// Whether a batch needs rows of two classes: not where a loss compares rows with classes that it learns.
  public var needsTwoClasses: Bool
  /// Whether it trains a head for `likeness verify --head`.
  public var trainsVerifier: Bool

  public init(
    name: String, summary: String, options: Set<LossOption> = [], keepsLengths: Bool = false,
    needsTwoClasses: Bool = true, trainsVerifier: Bool = false
  ) {
    (self.name, self.summary, self.options) = (name, summary, options)
    (self.keepsLengths, self.needsTwoClasses) = (keepsLengths, needsTwoClasses)
    self.trainsVerifier = trainsVerifier
  }
}

/// An option of a configuration that only some losses use; the raw value is its name on the command line.
public enum LossOption: String, Sendable, CaseIterable {
  /// `TrainingConfiguration.miner`: the loss is computed of triplets.
  case miner
  /// `TrainingConfiguration.distance`
  case distance
  /// `TrainingConfiguration.reduction`
  case reduction
  /// `TrainingConfiguration.margin`
  case margin
  /// `TrainingConfiguration.hidden`
  case hidden
}

/// What a loss of one attribute is made from.
public struct LossSettings {
  public var configuration: TrainingConfiguration
  /// How long the attribute's part of an embedding is.
  public var dimensions: Int
  /// How many classes the attribute has.
  public var classCount: Int
  /// What first weights are drawn from.
  public var random: RandomSource

  public init(
    _ configuration: TrainingConfiguration, dimensions: Int, classCount: Int, random: RandomSource
  ) {
    (self.configuration, self.dimensions) = (configuration, dimensions)
    (self.classCount, self.random) = (classCount, random)
  }
}

/// One attribute's part of a batch.
public struct LossBatch {
  /// `(n, d)`; of length 1 if the run normalizes them and the loss does not keep their lengths.
  public var embeddings: Tensor
  /// The class of each row, from 0.
  public var labels: [Int]
  /// Between all rows, without a gradient.
  public var distances: DistanceMatrix
  /// The triplets that the sampler picked for this attribute; none unless it does.
  public var sampled: Triplets

  public init(
    embeddings: Tensor, labels: [Int], distances: DistanceMatrix, sampled: Triplets = Triplets()
  ) {
    (self.embeddings, self.labels) = (embeddings, labels)
    (self.distances, self.sampled) = (distances, sampled)
  }
}

/// The loss of a batch.
public struct LossValue {
  /// The loss to minimize, a number with a gradient.
  public var loss: Tensor
  /// The number to report instead of it; nil for the same.
  public var reported: Double?
  /// How many of the triplets or pairs that were compared have a loss; nil where the loss has no such thing.
  public var active: (count: Int, compared: Int)?

  public init(_ loss: Tensor, reported: Double? = nil, active: (count: Int, compared: Int)? = nil) {
    (self.loss, self.reported, self.active) = (loss, reported, active)
  }
}
