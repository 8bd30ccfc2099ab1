/// Picks the triplets of a batch that a loss is computed of.
///
/// A new miner is a file with a type that conforms to this, and its line in `TrainingConfiguration.Miner.registered`.
public protocol TripletMiner: Sendable {
  static var definition: MinerDefinition { get }

  init(_ settings: MinerSettings)

  /// - Parameters:
  ///   - distances: between all rows of the batch.
  ///   - labels: the class of each row.
  ///   - random: used where the choice is random.
  func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets
}

/// What a miner is called, and what goes with it.
public struct MinerDefinition: Sendable {
  /// As users type it, and as files of runs have it.
  public var name: String
  /// One line for the help, without a full stop.
  public var summary: String
  /// What the losses of its triplets come to unless the configuration says.
  public var reduction: LossReduction
  /// Whether it takes the triplets of a `TripletSampler`.
  public var usesSampledTriplets: Bool

  public init(
    name: String, summary: String, reduction: LossReduction = .mean,
    usesSampledTriplets: Bool = false
  ) {
    (self.name, self.summary) = (name, summary)
    (self.reduction, self.usesSampledTriplets) = (reduction, usesSampledTriplets)
  }
}

/// What a miner of one batch is made from.
public struct MinerSettings: Sendable {
  /// Of the embeddings.
  public var dimensions: Int
  /// What the sampler picked; none unless it does.
  public var sampled: Triplets

  public init(dimensions: Int, sampled: Triplets = Triplets()) {
    (self.dimensions, self.sampled) = (dimensions, sampled)
  }
}

extension TripletMiner {
  /// Each anchor with each of its positives, and the rows that are negatives of both.
  func forEachPair(
    _ labels: [Int], _ body: (_ anchor: Int, _ positive: Int, _ negatives: [Int]) -> Void
  ) {
    var others: [Int: [Int]] = [:]
    for label in Set(labels) { others[label] = labels.indices.filter { labels[$0] != label } }
    for anchor in labels.indices {
      guard let negatives = others[labels[anchor]], !negatives.isEmpty else { continue }
      for positive in labels.indices
      where positive != anchor && labels[positive] == labels[anchor] {
        body(anchor, positive, negatives)
      }
    }
  }
}
