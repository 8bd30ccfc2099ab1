/// The cross-entropy of a `SiameseHead` that says of each pair of a batch whether it is one class; the head learns along
/// with the network (Koch et al. 2015).
public struct SiameseLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "siamese",
    summary: "a head that learns to say which pairs are one, for likeness verify --head",
    options: [.hidden], trainsVerifier: true)

  private let head: SiameseHead

  public init(_ settings: LossSettings) {
    head = SiameseHead(
      settings.dimensions, features: [.difference], hidden: settings.configuration.hidden,
      random: settings.random)
  }

  public var module: (any Module)? { head }
  public var verifier: SiameseHead? { head }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    let pairs = Pairs(all: batch.labels)
    let logits = head.logits(
      batch.embeddings.selecting(0, pairs.first), batch.embeddings.selecting(0, pairs.second))
    // A batch has many more pairs of two people than of one.
    return LossValue(PairLoss(isBalanced: true)(logits, areSame: pairs.areSame))
  }
}
