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
  public var reduction: LossReduction

  public init(
    margin: Margin = .hard(0.2), distance: EmbeddingDistance = .euclidean,
    reduction: LossReduction = .mean
  ) {
    (self.margin, self.distance, self.reduction) = (margin, distance, reduction)
  }

  /// - Parameter embeddings: `(n, d)`
  /// - Returns: a number; 0 where there are no triplets.
  public func callAsFunction(_ embeddings: Tensor, _ triplets: Triplets) -> Tensor {
    reduction(losses(embeddings, triplets))
  }

  /// Of each triplet, `(k,)`; one 0 where there are no triplets.
  func losses(_ embeddings: Tensor, _ triplets: Triplets) -> Tensor {
    guard triplets.count > 0 else { return (embeddings.sum() * 0).reshaped([1]) }
    let anchors = embeddings.selecting(0, triplets.anchors)
    let difference =
      distance(anchors, embeddings.selecting(0, triplets.positives))
      - distance(anchors, embeddings.selecting(0, triplets.negatives))
    switch margin {
    case .soft: return difference.softplus()
    case .hard(let margin): return (difference + margin).relu()
    }
  }
}
