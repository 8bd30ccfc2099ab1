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

  /// ImageNet's means, and for its three deviations (0.229, 0.224, 0.225) the one between them: a
  /// manifest knows one scale.
  public static var imageNet: PixelNormalization {
    PixelNormalization(mean: [123.675, 116.28, 103.53], scale: 1 / (255 * 0.226))
  }

  /// From 0 to 1, as torchvision's `ToTensor` leaves them.
  public static var unit: PixelNormalization {
    PixelNormalization(mean: [0, 0, 0], scale: 1.0 / 255)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let planes = input.permuted([0, 3, 1, 2]).contiguous().to(.float32)
    return (planes - shift) * Double(scale)
  }
}
