import LikenessCore

/// P classes with K photos of each: every batch has pairs that are alike and pairs that are not.
/// Hermans, Beyer and Leibe, "In defense of the triplet loss for person re-identification" (2017).
public struct BalancedSampler: BatchSampler {
  private let groups: [[Int]]
  private let classesPerBatch: Int
  private let photosPerClass: Int
  private let batchesPerEpoch: Int

  /// - Parameters:
  ///   - positions: the photos to draw from.
  ///   - classes: each photo's class, such as its person, as long as `positions`.
  ///   - classesPerBatch: P; all classes where there are fewer.
  ///   - photosPerClass: K; a class with fewer gives some of its photos twice.
  public init(positions: [Int], classes: [Int], classesPerBatch: Int, photosPerClass: Int) {
    precondition(positions.count == classes.count && !positions.isEmpty)
    precondition(classesPerBatch > 0 && photosPerClass > 0)
    groups = Dictionary(grouping: zip(positions, classes), by: \.1).sorted { $0.key < $1.key }
      .map { $0.value.map(\.0) }
    self.classesPerBatch = min(classesPerBatch, groups.count)
    self.photosPerClass = photosPerClass
    let size = self.classesPerBatch * photosPerClass
    batchesPerEpoch = (positions.count + size - 1) / size
  }

  public func batches(seed: UInt64, epoch: Int) -> [SampledBatch] {
    var random = SeededRandom(seed: seed, path: 0xBA1A, UInt64(epoch))
    var classes = Deck(Array(groups.indices))
    var photos = groups.map { Deck($0) }
    return (0..<batchesPerEpoch).map { _ in
      let chosen = classes.draw(classesPerBatch, using: &random)
      return SampledBatch(
        items: chosen.flatMap { photos[$0].draw(photosPerClass, using: &random) })
    }
  }
}

/// Cards dealt in a random order, and shuffled anew when they are all dealt.
struct Deck {
  private let cards: [Int]
  private var left: [Int] = []

  init(_ cards: [Int]) { self.cards = cards }

  /// Different cards as long as there are enough.
  mutating func draw(_ count: Int, using random: inout SeededRandom) -> [Int] {
    var drawn: [Int] = []
    while drawn.count < count {
      if left.isEmpty {
        // What was just drawn goes to the bottom, so that one hand has no card twice before it must.
        let recent = Set(drawn)
        let shuffled = cards.shuffled(using: &random)
        left = shuffled.filter(recent.contains) + shuffled.filter { !recent.contains($0) }
      }
      drawn.append(left.removeLast())
    }
    return drawn
  }
}
