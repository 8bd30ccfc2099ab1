/// Stochastic gradient descent with momentum: `v ← μ v + g`, `p ← p − rate · v`; Nesterov's form
/// steps by `g + μ v` (Sutskever et al. 2013).
public final class SGD: Optimizer {
  public var learningRate: Double
  public let momentum: Double
  /// Added to the gradient, times the parameter.
  public let weightDecay: Double
  public let isNesterov: Bool
  public let parameters: [(name: String, tensor: Tensor)]
  private let velocities: [Tensor]

  public init(
    _ parameters: [(name: String, tensor: Tensor)], learningRate: Double, momentum: Double = 0,
    weightDecay: Double = 0, isNesterov: Bool = false
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    (self.momentum, self.weightDecay, self.isNesterov) = (momentum, weightDecay, isNesterov)
    velocities = momentum == 0 ? [] : Self.slots(for: parameters)
  }

  public var state: StateDictionary { state(("momentum", velocities)) }

  public func step() {
    withoutGradients {
      for (index, parameter) in parameters.enumerated() {
        guard var gradient = parameter.tensor.gradient else { continue }
        if weightDecay != 0 {
          gradient = gradient.copied()
          gradient.add(parameter.tensor, times: weightDecay)
        }
        if momentum != 0 {
          let velocity = velocities[index]
          velocity.scale(by: momentum)
          velocity.add(gradient)
          if isNesterov {
            parameter.tensor.add(gradient, times: -learningRate)
            parameter.tensor.add(velocity, times: -learningRate * momentum)
            continue
          }
          gradient = velocity
        }
        parameter.tensor.add(gradient, times: -learningRate)
      }
    }
  }
}
