/// Sets a share of all numbers to 0 while learning, and scales up the others (Srivastava et al. 2014).
public final class Dropout: Layer {
  /// The share that is dropped.
  public let share: Double
  private let random: RandomSource
  public var isTraining = true

  public init(_ share: Double, random: RandomSource) {
    precondition((0..<1).contains(share), "a share of \(share)")
    self.share = share
    self.random = random
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard isTraining, share > 0 else { return input }
    let mask = withoutGradients {
      let mask = input.zerosLike()
      random.fillBernoulli(mask, p: 1 - share)
      mask.scale(by: 1 / (1 - share))
      return mask
    }
    return input * mask
  }
}
