/// Every triplet there is.
public struct BatchAllMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "batch-all", summary: "every triplet of a batch", reduction: .active)

  public init() {}

  public init(_ settings: MinerSettings) {}

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets {
    var result = Triplets()
    forEachPair(labels) { anchor, positive, negatives in
      for negative in negatives { result.append(anchor, positive, negative) }
    }
    return result
  }
}
