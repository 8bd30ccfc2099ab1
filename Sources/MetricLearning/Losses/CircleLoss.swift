/// Weighs each similarity by how far it is from its optimum: with cosine similarities S of an anchor,
/// `log(1 + Σ_N exp(γ αₙ (S − m)) · Σ_P exp(−γ αₚ (S − (1 − m))))`, where `αₙ = max(0, S + m)` and
/// `αₚ = max(0, 1 + m − S)` (Sun et al. 2020, "Circle Loss: A Unified Perspective of Pair Similarity Optimization",
/// equations 4 to 8). The weights are constants: no gradient passes through them.
public struct CircleLoss: Sendable {
  /// The relaxation m: negatives are pushed below it, positives above 1 − m.
  public var margin: Double
  /// The scale γ of similarities.
  public var scale: Double

  /// By default as the paper has it for faces.
  public init(margin: Double = 0.25, scale: Double = 256) {
    (self.margin, self.scale) = (margin, scale)
  }

  /// - Parameters:
  ///   - embeddings: `(n, d)`, of any length.
  ///   - labels: the class of each row.
  /// - Returns: the mean over all rows; a row without a positive or without a negative has no loss.
  public func callAsFunction(_ embeddings: Tensor, labels: [Int]) -> Tensor {
    let n = labels.count
    let unit = embeddings.l2Normalized()
    let similarities = unit.matmul(unit.transposed())
    let column = Tensor(labels.map(Int64.init), shape: [n, 1])
    let isSame = column .== column.transposed()
    let isSelf = Tensor.arange(n).reshaped([n, 1]) .== Tensor.arange(n).reshaped([1, n])
    let constant = similarities.detached()
    let pull = (1 + margin - constant).relu() * (similarities - (1 - margin)) * -scale
    let push = (constant + margin).relu() * (similarities - margin) * scale
    // Far below any exponent: a row without one of both kinds comes to log(1 + 0).
    let nothing = Tensor.full(-1e6, shape: [n, n], type: similarities.type)
    let positives = Tensor.choose(isSame .& .!isSelf, pull, nothing).logSumExp(1)
    let negatives = Tensor.choose(.!isSame, push, nothing).logSumExp(1)
    return (positives + negatives).softplus().mean()
  }
}

extension CircleLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "circle", summary: "similarities weighed by how far they are from what they should be")

  public init(_ settings: LossSettings) { self.init() }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    LossValue(self(batch.embeddings, labels: batch.labels))
  }
}
