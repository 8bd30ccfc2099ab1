/// Pixels as they lie in memory to what a network wants: `(n, rows, columns, 3)` bytes to
/// `(n, 3, rows, columns)` floats, `(pixel − mean) · scale` each.
public final class PixelNormalization: Layer {
  /// A mean a channel, and one scale for all.
  public let mean: [Float]
  public let scale: Float
  private let shift: Tensor

  public init(mean: [Float], scale: Float) {
    (self.mean, self.scale) = (mean, scale)
    shift = Tensor(mean, shape: [1, 3, 1, 1])
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let planes = input.permuted([0, 3, 1, 2]).contiguous().to(.float32)
    return (planes - shift) * Double(scale)
  }
}
