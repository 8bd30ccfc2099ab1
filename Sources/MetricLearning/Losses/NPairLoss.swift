/// One positive against the positives of all other pairs at once:
/// `log(1 + Σ_{j≠i} exp(aᵢ·pⱼ − aᵢ·pᵢ))`, and `regularization` times the mean squared length
/// (Sohn 2016).
public struct NPairLoss: Sendable {
  public var regularization: Double

  public init(regularization: Double = 0) { self.regularization = regularization }

  /// - Parameters:
  ///   - embeddings: `(n, d)`, not of length 1: similarities are inner products.
  ///   - anchors, positives: rows of the pairs, each pair of another class.
  /// - Returns: the mean; 0 where there are no pairs.
  public func callAsFunction(
    _ embeddings: Tensor, anchors: [Int], positives: [Int]
  ) -> Tensor {
    precondition(anchors.count == positives.count, "anchors and positives that are no pairs")
    guard !anchors.isEmpty else { return embeddings.sum() * 0 }
    let a = embeddings.selecting(0, anchors)
    let p = embeddings.selecting(0, positives)
    // The sum with the 1 is the softmax of a pair among its row.
    let own = Tensor.arange(anchors.count).reshaped([-1, 1])
    let loss = -a.matmul(p.transposed()).logSoftmax(1).gathering(1, own).mean()
    guard regularization != 0 else { return loss }
    return loss + (a.squared().sum(1).mean() + p.squared().sum(1).mean()) * regularization
  }
}
