/// A box of one list and one of another that may be of the same face.
package struct BoxPair: Sendable {
  /// How much they share, such as their intersection over union.
  package var share: Double
  /// The place in the first list.
  package var first: Int
  /// The place in the second list.
  package var second: Int

  package init(share: Double, first: Int, second: Int) {
    (self.share, self.first, self.second) = (share, first, second)
  }
}

extension [BoxPair] {
  /// Which go together, each box of either list once at most: those that share most come first, and of those that share as
  /// much the first ones of the lists.
  /// - Returns: places in the second list, by those in the first.
  package var oneToOne: [Int: Int] {
    var secondOf: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in sorted(by: { ($1.share, $0.first, $0.second) < ($0.share, $1.first, $1.second) })
    where secondOf[pair.first] == nil && taken.insert(pair.second).inserted {
      secondOf[pair.first] = pair.second
    }
    return secondOf
  }
}
