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

/// Pairs of rows of a batch, and whether both are of one class.
public struct Pairs: Sendable, Equatable {
  public private(set) var first: [Int] = []
  public private(set) var second: [Int] = []
  public private(set) var areSame: [Bool] = []

  public init() {}

  /// Every pair of different rows once.
  public init(all labels: [Int]) {
    for a in labels.indices {
      for b in labels.indices where b > a { append(a, b, isSame: labels[a] == labels[b]) }
    }
  }

  public var count: Int { first.count }

  public mutating func append(_ a: Int, _ b: Int, isSame: Bool) {
    first.append(a)
    second.append(b)
    areSame.append(isSame)
  }
}
