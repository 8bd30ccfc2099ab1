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
