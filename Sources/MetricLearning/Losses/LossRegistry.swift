import LikenessCore

extension TrainingConfiguration {
  /// Which loss a run minimizes.
  public struct Loss: RegisteredChoice {
    /// Every loss there is: a new one is its file and a line here.
    public static let registered: [any MetricLoss.Type] = [
      HardTripletLoss.self,
      SoftTripletLoss.self,
      ContrastiveLoss.self,
      NPairLoss.self,
      MultiSimilarityLoss.self,
      CircleLoss.self,
      ArcFaceLoss.self,
      SiameseLoss.self,
    ]

    public static var allCases: [Self] { registered.map { Self($0) } }

    public let type: any MetricLoss.Type

    public init(_ type: any MetricLoss.Type) { self.type = type }

    public var definition: LossDefinition { type.definition }
    public var rawValue: String { definition.name }
    public var summary: String { definition.summary }

    public func uses(_ option: LossOption) -> Bool { definition.options.contains(option) }

    /// The names of the losses that use an option.
    public static func names(using option: LossOption) -> [String] {
      allCases.filter { $0.uses(option) }.map(\.rawValue)
    }
  }
}
