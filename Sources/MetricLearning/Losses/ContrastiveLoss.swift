/// Draws pairs of one kind together and pushes others apart up to a margin: half of `d²` for the former,
/// of `max(0, margin − d)²` for the latter, d Euclidean (Hadsell et al. 2006, equation 4).
public struct ContrastiveLoss: Sendable {
  public var margin: Double

  public init(margin: Double = 1) { self.margin = margin }

  /// - Parameter embeddings: `(n, d)`
  /// - Returns: the mean; 0 where there are no pairs.
  public func callAsFunction(_ embeddings: Tensor, _ pairs: Pairs) -> Tensor {
    guard pairs.count > 0 else { return embeddings.sum() * 0 }
    let a = embeddings.selecting(0, pairs.first)
    let b = embeddings.selecting(0, pairs.second)
    let attraction = EmbeddingDistance.squared(a, b)
    let repulsion = (margin - EmbeddingDistance.euclidean(a, b)).relu().squared()
    return Tensor.choose(Tensor(pairs.areSame), attraction, repulsion).mean() * 0.5
  }
}

extension ContrastiveLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "contrastive", summary: "pairs of one lie close, others at least a margin apart",
    options: [.margin])

  public init(_ settings: LossSettings) { self.init(margin: settings.configuration.margin) }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    let pairs = Pairs(all: batch.labels)
    let negatives = pairs.areSame.indices.filter { !pairs.areSame[$0] }
    let active = negatives.count {
      batch.distances[pairs.first[$0], pairs.second[$0]] < Float(margin)
    }
    return LossValue(self(batch.embeddings, pairs), active: (active, negatives.count))
  }
}
