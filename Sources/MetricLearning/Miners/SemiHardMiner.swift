/// Each anchor with each of its positives, and the nearest of the negatives that are farther than the
/// positive (Schroff et al. 2015, section 3.2). Where none is farther, the farthest negative.
public struct SemiHardMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "semi-hard",
    summary: "of each pair the nearest negative that is farther than the positive")

  public init() {}

  public init(_ settings: MinerSettings) {}

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets {
    var result = Triplets()
    forEachPair(labels) { anchor, positive, negatives in
      let positiveDistance = distances[anchor, positive]
      var semiHard: Int?
      var farthest = negatives[0]
      for negative in negatives {
        let distance = distances[anchor, negative]
        if distance > positiveDistance, semiHard.map({ distance < distances[anchor, $0] }) ?? true {
          semiHard = negative
        }
        if distance > distances[anchor, farthest] { farthest = negative }
      }
      result.append(anchor, positive, semiHard ?? farthest)
    }
    return result
  }
}
