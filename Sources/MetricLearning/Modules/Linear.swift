/// `x · weightᵀ + bias`: `(n, inputs)` to `(n, outputs)`.
public final class Linear: Layer {
  /// `(outputs, inputs)`
  public let weight: Tensor
  /// `(outputs,)`
  public let bias: Tensor?

  /// Weights and bias even in ±1/√inputs: He et al. 2015 with a = √5, as PyTorch has it.
  public init(_ inputs: Int, _ outputs: Int, bias hasBias: Bool = true, random: RandomSource) {
    weight = .zeros([outputs, inputs])
    bias = hasBias ? .zeros([outputs]) : nil
    let bound = 1 / Double(inputs).squareRoot()
    random.fillUniform(weight, -bound, bound)
    if let bias { random.fillUniform(bias, -bound, bound) }
    for parameter in directParameters { parameter.tensor.requiresGradient = true }
  }

  public var directParameters: [(name: String, tensor: Tensor)] {
    [("weight", weight)] + (bias.map { [("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { input.linear(weight, bias: bias) }
}
