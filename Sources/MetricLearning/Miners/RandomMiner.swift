/// Each anchor with each of its positives, and any negative.
public struct RandomMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "random", summary: "of each pair any negative")

  public init() {}

  public init(_ settings: MinerSettings) {}

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets {
    var result = Triplets()
    forEachPair(labels) { anchor, positive, negatives in
      result.append(anchor, positive, negatives[Int.random(in: negatives.indices, using: &random)])
    }
    return result
  }
}
