/// Rows of a batch: anchors, each with a row of its class and one of another.
public struct Triplets: Sendable, Equatable {
  public private(set) var anchors: [Int] = []
  public private(set) var positives: [Int] = []
  public private(set) var negatives: [Int] = []

  public init() {}

  public var count: Int { anchors.count }

  public mutating func append(_ anchor: Int, _ positive: Int, _ negative: Int) {
    anchors.append(anchor)
    positives.append(positive)
    negatives.append(negative)
  }
}
