/// How the losses of triplets are reduced to one number.
public enum LossReduction: String, Sendable, Codable, CaseIterable {
  /// The mean over all of them.
  case mean
  /// The mean over those whose loss is not 0 (Hermans et al. 2017, "batch all ≠ 0").
  case active
  /// The sum.
  case sum

  /// - Parameter losses: `(k,)`, none below 0.
  func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .mean: return losses.mean()
    case .sum: return losses.sum()
    case .active:
      let active = withoutGradients { (losses .> 0).to(.int64).sum().item }
      return losses.sum() / Swift.max(1, active)
    }
  }
}
