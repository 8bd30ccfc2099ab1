/// How a network wants its numbers: a colour p from 0 to 255 becomes `(p − mean) · scale`.
public struct InputScaling: Sendable, Hashable, Codable {
  /// Red, green, blue.
  public var mean: [Float]
  public var scale: Float

  /// - Precondition: `mean` has three numbers.
  public init(mean: [Float], scale: Float) {
    precondition(mean.count == 3, "\(mean.count) means for three colours")
    self.mean = mean
    self.scale = scale
  }

  /// From −1 to 1.
  public static let symmetric = InputScaling(mean: [127.5, 127.5, 127.5], scale: 1 / 127.5)
}
