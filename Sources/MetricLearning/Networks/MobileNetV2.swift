/// MobileNetV2 without its classifier (Sandler et al. 2018, table 2): an image of 32 pixels or more to
/// 1280 features.
///
/// Names and first weights are torchvision's, so its weights can be loaded.
public final class MobileNetV2: Backbone {
  public let features: Int
  public let normalization: PixelNormalization
  private let layers: Sequential
  private let pooling: Pooling

  /// What makes one number of each channel's map.
  private enum Pooling {
    case mean(GlobalAveragePool)
    case median(GlobalMedianPool)
  }

  /// Expansion, channels, number and first stride of the blocks.
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  /// - Parameters:
  ///   - width: times the channels; the last layer never has fewer than 1280.
  ///   - normalization: how pixels are given to it.
  public init(
    width: Double = 1, normalization: PixelNormalization = .imageNet, random: RandomSource
  ) {
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
    self.normalization = normalization
    pooling = .mean(GlobalAveragePool())
  }

  /// A network of the same layers that makes one number of each channel in another way.
  private init(_ network: MobileNetV2, _ pooling: Pooling) {
    (features, normalization, layers) = (network.features, network.normalization, network.layers)
    self.pooling = pooling
  }

  /// The same layers, with the median of each channel in place of its mean. It answers, and passes no gradient.
  public var withMedians: MobileNetV2 { MobileNetV2(self, .median(GlobalMedianPool())) }

  public var parts: [(name: String, module: any Module)] { [("features", layers)] }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch pooling {
    case .mean(let pool): pool(layers(input))
    case .median(let pool): pool(layers(input))
    }
  }

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
    let maps = try graph.add(layers, input)
    switch pooling {
    case .mean(let pool): return try graph.add(pool, maps)
    case .median(let pool):
      // Five strides of 2, each rounded up.
      let size = graph.sample.shape[2...].map { ($0 + 31) / 32 }
      return pool.exported(maps, rows: size[0], columns: size[1], to: &graph)
    }
  }
}
