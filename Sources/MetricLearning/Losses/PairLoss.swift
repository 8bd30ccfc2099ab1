/// Binary cross-entropy of the answers whether pairs are one: the mean of `−log p` for those that are and
/// of `−log(1 − p)` for others, computed from logits z as `log(1 + exp(z)) − y z`, which does not overflow.
public struct PairLoss: Sendable {
  /// Whether both kinds of pairs count alike however many there are of each, so that a p of one half means that both were
  /// as likely beforehand.
  public var isBalanced: Bool

  public init(isBalanced: Bool = false) { self.isBalanced = isBalanced }

  /// - Parameter logits: `(k,)`, as `SiameseHead.logits` gives them.
  public func callAsFunction(_ logits: Tensor, areSame: [Bool]) -> Tensor {
    precondition(!areSame.isEmpty, "no pairs")
    let losses = logits.softplus() - logits * Tensor(areSame).to(logits.type)
    let same = areSame.count { $0 }
    guard isBalanced, same > 0, same < areSame.count else { return losses.mean() }
    let shares = areSame.map { 0.5 / Float($0 ? same : areSame.count - same) }
    return (losses * Tensor(shares, shape: [shares.count]).to(logits.type)).sum()
  }
}
