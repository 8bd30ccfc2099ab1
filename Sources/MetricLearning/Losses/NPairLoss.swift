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
    precondition(anchors.count == positives.count, "anchors and positives that are not pairs")
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

extension NPairLoss: MetricLoss {
  // Similarities are inner products, which a length of 1 would bound.
  public static let definition = LossDefinition(
    name: "n-pair", summary: "one positive against those of all other classes of the batch",
    keepsLengths: true)

  public init(_ settings: LossSettings) { self.init(regularization: 0.002) }

  /// The first two rows of each class that has two are its pair.
  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    let labels = batch.labels
    let pairs = Dictionary(grouping: labels.indices, by: { labels[$0] })
      .sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
    return LossValue(
      self(batch.embeddings, anchors: pairs.map { $0[0] }, positives: pairs.map { $0[1] }))
  }
}
