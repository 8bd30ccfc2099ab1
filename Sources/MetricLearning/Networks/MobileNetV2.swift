/// MobileNetV2 without its classifier (Sandler et al. 2018, table 2): an image of 32 pixels or more to
/// 1280 features.
///
/// Names and first weights are torchvision's, so its weights can be loaded.
public final class MobileNetV2: Backbone {
  public let features: Int
  private let layers: Sequential
  private let pool = GlobalAveragePool()

  /// Expansion, channels, number and first stride of the blocks.
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  /// - Parameter width: times the channels; the last layer never has fewer than 1280.
  public init(width: Double = 1, random: RandomSource) {
    var channels = Self.channels(32 * width)
    var layers =
      [InvertedResidual.convolution(3, channels, size: 3, stride: 2, random: random)]
      as [any Layer]
    for (expansion, base, count, stride) in Self.stages {
      let outputs = Self.channels(Double(base) * width)
      for block in 0..<count {
        layers.append(
          InvertedResidual(
            channels, outputs, stride: block == 0 ? stride : 1, expansion: expansion,
            random: random))
        channels = outputs
      }
    }
    features = Self.channels(1280 * max(1, width))
    layers.append(InvertedResidual.convolution(channels, features, size: 1, random: random))
    self.layers = Sequential(layers)
  }

  public var parts: [(name: String, module: any Module)] { [("features", layers)] }

  /// ImageNet's means, and for its three deviations (0.229, 0.224, 0.225) the one between them: a
  /// manifest knows one scale.
  public var normalization: PixelNormalization {
    PixelNormalization(mean: [123.675, 116.28, 103.53], scale: 1 / (255 * 0.226))
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { pool(layers(input)) }

  /// Keeps the first layers, of 19, from learning.
  public func freeze(first count: Int) {
    for layer in layers.layers.prefix(count) { layer.freeze() }
  }

  /// Takes torchvision's weights, whose classifier and counters are not used.
  /// - Throws: `StateError`
  public func load(torchvision weights: StateDictionary) throws(StateError) {
    try load(weights) {
      $0.hasPrefix("classifier.") || $0.hasSuffix(".num_batches_tracked")
    }
  }

  /// The nearest multiple of 8 that is at least 8 and not less than nine tenths (the authors'
  /// `make_divisible`).
  static func channels(_ value: Double) -> Int {
    let rounded = max(8, Int(value + 4) / 8 * 8)
    return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    try graph.add(pool, graph.add(layers, input))
  }
}
