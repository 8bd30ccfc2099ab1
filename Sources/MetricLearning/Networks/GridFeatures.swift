/// What a network sees where: `(n, channels, side, side)` to `(n, features)`, the means of 4 × 4 to 7 × 7 fields
/// (fewer only of a smaller picture), side by side. Each channel is normalised first, since a backbone that does not learn has scales of its own.
public final class GridFeatures: Layer {
  /// The minimum number of fields in a row.
  static let minimumFields = 4

  public let features: Int
  private let norm: BatchNorm2d
  private let pool: Pool2d

  public init(channels: Int, side: Int) {
    norm = BatchNorm2d(channels)
    let size = max(1, side / Self.minimumFields)
    pool = Pool2d(.average, size: [size, size], stride: [size, size])
    let count = (side - size) / size + 1
    features = channels * count * count
  }

  public var parts: [(name: String, module: any Module)] { [("norm", norm)] }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    pool(norm(input)).reshaped([-1, features])
  }

  func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
    graph.node("Flatten", [try graph.add(pool, graph.add(norm, input))])
  }
}
