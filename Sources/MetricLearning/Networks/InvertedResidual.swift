/// MobileNetV2's block (Sandler et al. 2018, table 1): 1 × 1 up to `expansion` times the channels,
/// 3 × 3 each channel by itself, 1 × 1 down without an activation; added to the input where both have
/// one shape.
public final class InvertedResidual: Layer {
  private let conv: Sequential
  private let isAdded: Bool

  public init(_ inputs: Int, _ outputs: Int, stride: Int, expansion: Int, random: RandomSource) {
    let hidden = inputs * expansion
    var layers: [any Layer] = []
    if expansion != 1 {
      layers.append(Self.convolution(inputs, hidden, size: 1, random: random))
    }
    layers += [
      Self.convolution(hidden, hidden, size: 3, stride: stride, groups: hidden, random: random),
      Conv2d(hidden, outputs, size: [1, 1], bias: false, random: random),
      BatchNorm2d(outputs),
    ]
    conv = Sequential(layers)
    isAdded = stride == 1 && inputs == outputs
  }

  public var parts: [(name: String, module: any Module)] { [("conv", conv)] }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    isAdded ? input + conv(input) : conv(input)
  }

  /// A convolution that keeps rows and columns but for its stride, a batch norm and ReLU6.
  static func convolution(
    _ inputs: Int, _ outputs: Int, size: Int, stride: Int = 1, groups: Int = 1,
    random: RandomSource
  ) -> Sequential {
    Sequential([
      Conv2d(
        inputs, outputs, size: [size, size], stride: [stride, stride],
        padding: [size / 2, size / 2], groups: groups, bias: false, random: random),
      BatchNorm2d(outputs), ActivationLayer(.relu6),
    ])
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    let value = try graph.add(conv, input)
    return isAdded ? graph.node("Add", [input, value]) : value
  }
}
