/// A triplet loss with a hard margin over the triplets that the run's miner picks of a batch.
public struct HardTripletLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "triplet",
    summary: "an anchor is nearer to its positive than to its negative by a margin",
    options: [.miner, .distance, .reduction, .margin])

  private let mined: MinedTripletLoss

  public init(_ settings: LossSettings) {
    mined = MinedTripletLoss(settings, margin: .hard(settings.configuration.margin))
  }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    mined.value(of: batch, using: &random)
  }
}

/// The same with a soft margin. The margin of the configuration says which triplets count as active.
public struct SoftTripletLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "soft-triplet", summary: "the same with a soft margin, which triplets never reach",
    options: [.miner, .distance, .reduction, .margin])

  private let mined: MinedTripletLoss

  public init(_ settings: LossSettings) { mined = MinedTripletLoss(settings, margin: .soft) }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    mined.value(of: batch, using: &random)
  }
}

/// What both have in common.
private struct MinedTripletLoss {
  private let loss: TripletLoss
  private let miner: TrainingConfiguration.Miner
  private let dimensions: Int
  /// Up to where a triplet counts as active.
  private let activeMargin: Float

  init(_ settings: LossSettings, margin: TripletLoss.Margin) {
    let configuration = settings.configuration
    miner = configuration.miner
    loss = TripletLoss(
      margin: margin, distance: configuration.distance,
      reduction: configuration.reduction ?? miner.definition.reduction)
    dimensions = settings.dimensions
    activeMargin = Float(configuration.margin)
  }

  /// Reports the mean over all triplets, whatever is minimized, so that it falls as more of them satisfy the margin.
  func value(of batch: LossBatch, using random: inout some RandomNumberGenerator) -> LossValue {
    let miner = miner.type.init(MinerSettings(dimensions: dimensions, sampled: batch.sampled))
    let triplets = miner.triplets(batch.distances, labels: batch.labels, using: &random)
    let losses = loss.losses(batch.embeddings, triplets)
    return LossValue(
      loss.reduction(losses), reported: withoutGradients { losses.mean().item },
      active: (activeCount(triplets, batch.distances), triplets.count))
  }

  private func activeCount(_ triplets: Triplets, _ distances: DistanceMatrix) -> Int {
    func distance(_ a: Int, _ b: Int) -> Float {
      let distance = distances[a, b]
      return loss.distance == .squared ? distance * distance : distance
    }
    return (0..<triplets.count).count {
      distance(triplets.anchors[$0], triplets.positives[$0])
        - distance(triplets.anchors[$0], triplets.negatives[$0]) + activeMargin > 0
    }
  }
}
