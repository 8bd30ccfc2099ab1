/// A function of each number by itself.
public enum Activation: String, Sendable, Codable {
  case relu, relu6, sigmoid
}

/// A layer that has nothing to learn.
public final class ActivationLayer: Layer {
  public let activation: Activation

  public init(_ activation: Activation) { self.activation = activation }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch activation {
    case .relu: input.relu()
    case .relu6: input.relu6()
    case .sigmoid: input.sigmoid()
    }
  }
}
