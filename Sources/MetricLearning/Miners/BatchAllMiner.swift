/// Every triplet there is.
public struct BatchAllMiner: TripletMiner {
  public init() {}

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
