/// Picks the triplets of a batch that a loss is computed of.
public protocol TripletMiner: Sendable {
  /// - Parameters:
  ///   - distances: between all rows of the batch.
  ///   - labels: the class of each row.
  ///   - random: only asked where the choice is chance.
  func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets
}

extension TripletMiner {
  /// Each anchor with each of its positives, and the rows that are negatives of both.
  func forEachPair(
    _ labels: [Int], _ body: (_ anchor: Int, _ positive: Int, _ negatives: [Int]) -> Void
  ) {
    var others: [Int: [Int]] = [:]
    for label in Set(labels) { others[label] = labels.indices.filter { labels[$0] != label } }
    for anchor in labels.indices {
      guard let negatives = others[labels[anchor]], !negatives.isEmpty else { continue }
      for positive in labels.indices
      where positive != anchor && labels[positive] == labels[anchor] {
        body(anchor, positive, negatives)
      }
    }
  }
}
