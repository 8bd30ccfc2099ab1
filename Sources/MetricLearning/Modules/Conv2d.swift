/// A convolution: `(n, inputs, rows, columns)` to `(n, outputs, rows′, columns′)`.
public final class Conv2d: Layer {
  /// `(outputs, inputs / groups, rows, columns)`
  public let weight: Tensor
  public let bias: Tensor?
  /// Down and to the right.
  public let stride: [Int]
  public let padding: [Int]
  public let groups: Int

  /// Weights from a normal distribution of variance `2 / (outputs · rows · columns)`: He et al. 2015,
  /// counted by outputs as torchvision's networks do; no bias at first.
  public init(
    _ inputs: Int, _ outputs: Int, size: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0],
    groups: Int = 1, bias hasBias: Bool = true, random: RandomSource
  ) {
    weight = .zeros([outputs, inputs / groups] + size)
    bias = hasBias ? .zeros([outputs]) : nil
    (self.stride, self.padding, self.groups) = (stride, padding, groups)
    let fanOut = outputs * size[0] * size[1] / groups
    random.fillNormal(weight, deviation: (2 / Double(fanOut)).squareRoot())
    for parameter in directParameters { parameter.tensor.requiresGradient = true }
  }

  public var directParameters: [(name: String, tensor: Tensor)] {
    [("weight", weight)] + (bias.map { [("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.convolution(weight, bias: bias, stride: stride, padding: padding, groups: groups)
  }
}
