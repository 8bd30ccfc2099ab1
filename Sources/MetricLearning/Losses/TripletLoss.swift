/// Asks that an anchor be nearer to its positive than to its negative:
/// `max(0, d(a, p) − d(a, n) + margin)` (Schroff et al. 2015; with a soft margin
/// `log(1 + exp(d(a, p) − d(a, n)))`, Hermans et al. 2017).
public struct TripletLoss: Sendable {
  public enum Margin: Sendable, Hashable {
    case hard(Double)
    case soft
  }

  public var margin: Margin
  public var distance: EmbeddingDistance
  /// Whether the mean is taken over the triplets whose loss is not 0 (Hermans et al. 2017, "batch all
  /// ≠ 0"), or over all of them.
  public var countsActiveOnly: Bool

  public init(
    margin: Margin = .hard(0.2), distance: EmbeddingDistance = .euclidean,
    countsActiveOnly: Bool = false
  ) {
    (self.margin, self.distance, self.countsActiveOnly) = (margin, distance, countsActiveOnly)
  }

  /// - Parameter embeddings: `(n, d)`
  /// - Returns: the mean; 0 where there are no triplets.
  public func callAsFunction(_ embeddings: Tensor, _ triplets: Triplets) -> Tensor {
    guard triplets.count > 0 else { return embeddings.sum() * 0 }
    let anchors = embeddings.selecting(0, triplets.anchors)
    let difference =
      distance(anchors, embeddings.selecting(0, triplets.positives))
      - distance(anchors, embeddings.selecting(0, triplets.negatives))
    switch margin {
    case .soft:
      return difference.softplus().mean()
    case .hard(let margin):
      let losses = (difference + margin).relu()
      guard countsActiveOnly else { return losses.mean() }
      let active = withoutGradients { (losses .> 0).to(.int64).sum().item }
      return losses.sum() / Swift.max(1, active)
    }
  }
}
