import LikenessCore

/// Triplets chosen before anything is known of the embeddings, the same number for each attribute: with
/// person and expression, half of them say "the same person", half "the same expression".
public struct TripletSampler: BatchSampler {
  private let positions: [Int]
  /// For each attribute, each photo's class and each class's photos, by place in `positions`.
  private let attributes: [(classes: [Int], members: [[Int]])]
  private let tripletsPerBatch: Int
  private let anchorsOnce: Bool

  /// - Parameters:
  ///   - positions: the photos to draw from.
  ///   - classes: for each attribute, each photo's class, as long as `positions`.
  ///   - tripletsPerBatch: rounded up to a multiple of the number of attributes.
  ///   - anchorsOnce: whether an epoch has about as many triplets as there are photos, instead of as many for each
  ///     attribute.
  /// - Precondition: each attribute has two classes, and a class with two photos.
  public init(positions: [Int], classes: [[Int]], tripletsPerBatch: Int, anchorsOnce: Bool = false)
  {
    precondition(!classes.isEmpty && classes.allSatisfy { $0.count == positions.count })
    self.positions = positions
    attributes = classes.map { classes in
      var members = [[Int]](repeating: [], count: (classes.max() ?? 0) + 1)
      for (place, number) in classes.enumerated() { members[number].append(place) }
      precondition(
        members.count { !$0.isEmpty } > 1 && members.contains { $0.count > 1 },
        "an attribute without a triplet")
      return (classes, members)
    }
    self.tripletsPerBatch =
      (tripletsPerBatch + classes.count - 1) / classes.count * classes.count
    self.anchorsOnce = anchorsOnce
  }

  /// Every photo is an anchor once an epoch, for each attribute or for one of them, if its class has another photo.
  public func batches(seed: UInt64, epoch: Int) -> [SampledBatch] {
    var random = SeededRandom(seed: seed, path: 0x3717, UInt64(epoch))
    var anchors = attributes.map { attribute in
      Deck(positions.indices.filter { attribute.members[attribute.classes[$0]].count > 1 })
    }
    let batches = max(
      1,
      (positions.count * (anchorsOnce ? 1 : attributes.count) + tripletsPerBatch - 1)
        / tripletsPerBatch)
    return (0..<batches).map { _ in
      var batch = SampledBatch(items: [])
      for number in 0..<tripletsPerBatch {
        let attribute = number % attributes.count
        let anchor = anchors[attribute].draw(1, using: &random)[0]
        let (positive, negative) = partners(of: anchor, attribute, &random)
        let place = batch.items.count
        batch.items += [anchor, positive, negative].map { positions[$0] }
        batch.triplets.append(
          .init(
            anchor: place, positive: place + 1, negative: place + 2, attribute: attribute))
      }
      return batch
    }
  }

  /// A positive, which shares the attribute and where possible no other, and a negative, which differs in the attribute.
  private func partners(
    of anchor: Int, _ attribute: Int, _ random: inout SeededRandom
  ) -> (positive: Int, negative: Int) {
    let (classes, members) = attributes[attribute]
    let others = members[classes[anchor]].filter { $0 != anchor }
    let informative = others.filter { candidate in
      attributes.indices.allSatisfy {
        $0 == attribute || attributes[$0].classes[candidate] != attributes[$0].classes[anchor]
      }
    }
    let positive =
      (informative.isEmpty ? others : informative).randomElement(using: &random) ?? anchor
    var negative = anchor
    while classes[negative] == classes[anchor] {
      negative = .random(in: positions.indices, using: &random)
    }
    return (positive, negative)
  }
}
