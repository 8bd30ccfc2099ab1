/// Each anchor once, with its farthest positive and its nearest negative (Hermans et al. 2017,
/// equation 5).
public struct BatchHardMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "batch-hard", summary: "of each anchor the farthest positive and the nearest negative")

  public init() {}

  public init(_ settings: MinerSettings) {}

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets {
    var result = Triplets()
    for anchor in labels.indices {
      var positive: Int?
      var negative: Int?
      for row in labels.indices where row != anchor {
        let distance = distances[anchor, row]
        if labels[row] == labels[anchor] {
          if positive.map({ distance > distances[anchor, $0] }) ?? true { positive = row }
        } else {
          if negative.map({ distance < distances[anchor, $0] }) ?? true { negative = row }
        }
      }
      if let positive, let negative { result.append(anchor, positive, negative) }
    }
    return result
  }
}
