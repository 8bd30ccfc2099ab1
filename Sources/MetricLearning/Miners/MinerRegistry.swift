import LikenessCore

extension TrainingConfiguration {
  /// Which triplets of a batch are learnt from.
  public struct Miner: RegisteredChoice {
    /// Every miner there is: a new one is its file and a line here.
    public static let registered: [any TripletMiner.Type] = [
      BatchHardMiner.self,
      BatchAllMiner.self,
      SemiHardMiner.self,
      DistanceWeightedMiner.self,
      RandomMiner.self,
      SampledMiner.self,
    ]

    public static var allCases: [Self] { registered.map { Self($0) } }

    public let type: any TripletMiner.Type

    public init(_ type: any TripletMiner.Type) { self.type = type }

    public var definition: MinerDefinition { type.definition }
    public var rawValue: String { definition.name }
    public var summary: String { definition.summary }
  }
}
