/// Binary cross-entropy of the answers whether pairs are one: the mean of `−log p` for those that are and
/// of `−log(1 − p)` for others, computed from logits z as `log(1 + exp(z)) − y z`, which does not overflow.
public struct PairLoss: Sendable {
  public init() {}

  /// - Parameter logits: `(k,)`, as `SiameseHead.logits` gives them.
  public func callAsFunction(_ logits: Tensor, areSame: [Bool]) -> Tensor {
    precondition(!areSame.isEmpty, "no pairs")
    return (logits.softplus() - logits * Tensor(areSame).to(logits.type)).mean()
  }
}
