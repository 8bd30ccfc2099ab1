/// Weighs each pair by its own similarity and by those of its anchor's other pairs (Wang et al. 2019).
///
/// With cosine similarities S: an anchor keeps the positives below its highest negative plus `epsilon`
/// and the negatives above its lowest positive minus `epsilon`; its loss is
/// `log(1 + Σ_P exp(−alpha (S − lambda))) / alpha + log(1 + Σ_N exp(beta (S − lambda))) / beta`.
public struct MultiSimilarityLoss: Sendable {
  public var alpha: Double
  public var beta: Double
  public var lambda: Double
  public var epsilon: Double

  public init(
    alpha: Double = 2, beta: Double = 50, lambda: Double = 0.5, epsilon: Double = 0.1
  ) {
    (self.alpha, self.beta, self.lambda, self.epsilon) = (alpha, beta, lambda, epsilon)
  }

  /// - Parameters:
  ///   - embeddings: `(n, d)`, of any length.
  ///   - labels: the class of each row.
  /// - Returns: the mean over all rows.
  public func callAsFunction(_ embeddings: Tensor, labels: [Int]) -> Tensor {
    let n = labels.count
    let unit = embeddings.l2Normalized()
    let similarities = unit.matmul(unit.transposed())
    let column = Tensor(labels.map(Int64.init), shape: [n, 1])
    let isSame = column .== column.transposed()
    let isSelf = Tensor.arange(n).reshaped([n, 1]) .== Tensor.arange(n).reshaped([1, n])
    let isPositive = isSame .& .!isSelf
    let isNegative = .!isSame
    let (keptPositives, keptNegatives) = withoutGradients {
      // Beyond any cosine, for rows that lack a kind: then no pair of the other is kept.
      let far = Tensor.full(4, shape: [n, n], type: similarities.type)
      let lowestPositive = Tensor.choose(isPositive, similarities, far).min(1, keeping: true)
      let highestNegative = Tensor.choose(isNegative, similarities, -far).max(1, keeping: true)
      return (
        isPositive .& (similarities .< (highestNegative + epsilon)),
        isNegative .& (similarities .> (lowestPositive - epsilon))
      )
    }
    let shifted = similarities - lambda
    return
      (term(shifted * -alpha, keptPositives) / alpha + term(shifted * beta, keptNegatives) / beta)
      .mean()
  }

  /// `log(1 + Σ exp(x))` over what is kept of each row, `(n, n)` to `(n,)`.
  private func term(_ x: Tensor, _ kept: Tensor) -> Tensor {
    let n = x.shape[0]
    let nothing = Tensor.full(-1e4, shape: [n, n], type: x.type)
    let one = Tensor.zeros([n, 1], type: x.type)
    return Tensor.concatenated([Tensor.choose(kept, x, nothing), one], 1).logSumExp(1)
  }
}

extension MultiSimilarityLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "multi-similarity",
    summary: "pairs weighed by their similarity and by those of their anchor's other pairs")

  public init(_ settings: LossSettings) { self.init() }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    LossValue(self(batch.embeddings, labels: batch.labels))
  }
}
