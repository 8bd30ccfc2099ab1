import Foundation

/// Adam (Kingma and Ba 2015), and AdamW, where weights decay by themselves and not through the
/// gradient (Loshchilov and Hutter 2019).
public final class Adam: Optimizer {
  public enum Decay: Sendable {
    /// Adam's: added to the gradient, times the parameter.
    case inGradient
    /// AdamW's: each step takes `rate · decay` of the parameter away.
    case decoupled
  }

  public var learningRate: Double
  /// The decay rates of the running means of the gradient and of its square.
  public let betas: (Double, Double)
  public let epsilon: Double
  public let weightDecay: Double
  public let decay: Decay
  public let parameters: [(name: String, tensor: Tensor)]
  private let means: [Tensor]
  private let squares: [Tensor]
  /// The number of steps taken.
  private let steps: Tensor = .zeros([1], type: .int64)

  public init(
    _ parameters: [(name: String, tensor: Tensor)], learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0,
    decay: Decay = .inGradient
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    (self.betas, self.epsilon, self.weightDecay, self.decay) = (betas, epsilon, weightDecay, decay)
    means = Self.slots(for: parameters)
    squares = Self.slots(for: parameters)
  }

  public var state: StateDictionary {
    var result = state(("mean", means), ("square", squares))
    result["steps"] = steps
    return result
  }

  public func step() {
    withoutGradients {
      steps.add(1)
      let count = steps.item
      let (first, second) = (1 - pow(betas.0, count), 1 - pow(betas.1, count))
      for (index, parameter) in parameters.enumerated() {
        let value = parameter.tensor
        guard var gradient = value.gradient else { continue }
        if weightDecay != 0 {
          switch decay {
          case .inGradient:
            gradient = gradient.copied()
            gradient.add(value, times: weightDecay)
          case .decoupled:
            value.scale(by: 1 - learningRate * weightDecay)
          }
        }
        means[index].scale(by: betas.0)
        means[index].add(gradient, times: 1 - betas.0)
        squares[index].scale(by: betas.1)
        squares[index].addProduct(gradient, gradient, times: 1 - betas.1)
        let root = squares[index].squareRoot()
        root.scale(by: 1 / second.squareRoot())
        root.add(epsilon)
        value.addQuotient(means[index], root, times: -learningRate / first)
      }
    }
  }
}
