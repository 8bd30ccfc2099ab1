import Foundation
import LikenessCore
import VectorSearch

/// How similar impostors are to each face: its own level, and how fast similarities fall from there.
///
/// Some faces are like many others, because they are blurred, or of a group of people that the network
/// tells apart badly; what is a convincing similarity for others is none for them. So each face's own
/// nearest impostors say what a similarity to it is worth (as in adaptive score normalisation of speaker
/// recognition, Matějka et al. 2017). Impostors are taken cluster by cluster, each with its most similar
/// face, and the first two are passed over: they may be more of the same person.
struct ImpostorLevels {
  /// Each row's mean similarity to its third to tenth cluster of others, `(n,)`.
  let levels: [Float]
  /// The similarity to its third less that to its 36th, `(n,)`.
  let spreads: [Float]

  static let depth = 36
  /// With so many clusters of others near, the rest of the way to `depth` is extrapolated.
  private static let enough = 12
  /// How many of a large cluster are looked at where neighbours do not suffice.
  private static let sampled = 8
  /// Of so many times the clusters that count, those are taken to be the nearest.
  private static let seenFurther = 3
  private static let counted = 2..<10

  private struct Summary: BitwiseCopyable {
    var level: Float
    var spread: Float
  }

  /// - Parameters:
  ///   - labels: the clusters; whatever is of the row's own does not count.
  ///   - isRough: where the neighbours include some impostors, their tail is continued instead of looked at.
  /// - Returns: nil where there are too few clusters to speak of a distribution.
  init?(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, labels: FaceClusters, isRough: Bool = false,
    threads: Int
  ) {
    guard labels.count > Self.depth else { return nil }
    let count = vectors.count
    let results = SharedBuffer(count, filledWith: Summary(level: .nan, spread: .nan))
    let pieces = Pieces(rows: count, most: 256)
    inParallel(pieces.count, threads: threads) { piece in
      var strangers = NearestClusters(vectors, labels)
      for row in pieces[piece] {
        strangers.look(from: row, at: neighbors[row])
        if strangers.count >= (isRough ? Self.enough : Self.depth) {
          results[row] = Self.summary(strangers.highest(Self.depth))
        } else if !isRough {
          // Among the neighbours of the neighbours nearly all of the nearest impostors are.
          for near in neighbors[row] {
            strangers.look(from: row, at: neighbors[Int(near)])
          }
          guard strangers.count >= Self.seenFurther * Self.depth else { continue }
          results[row] = Self.summary(strangers.highest(Self.depth))
        }
      }
    }
    // In a large cluster all near ones are of the cluster itself: for those, all faces are looked at.
    var looked = [Int](repeating: 0, count: labels.count)
    let lacking = (0..<count).filter { row in
      guard results[row].level.isNaN else { return false }
      looked[Int(labels.labels[row])] += 1
      return looked[Int(labels.labels[row])] <= Self.sampled
    }
    // Several rows at a time, so that a block of all faces is in the cache for each of them.
    let lackingPieces = Pieces(rows: lacking.count, atLeast: 16, most: 1 << 20)
    inParallel(lackingPieces.count, threads: threads) { piece in
      let rows = Array(lacking[lackingPieces[piece]])
      let block = 128
      var similarities = [Float](repeating: 0, count: block)
      var best = [Float](repeating: -.infinity, count: rows.count * labels.count)
      for start in stride(from: 0, to: count, by: block) {
        let others = start..<min(start + block, count)
        for (number, row) in rows.enumerated() {
          similarities.withUnsafeMutableBufferPointer {
            vectors.similarities(to: row, of: others, into: $0.baseAddress!)
          }
          let base = number * labels.count
          for other in others {
            let place = base + Int(labels.labels[other])
            if similarities[other - start] > best[place] {
              best[place] = similarities[other - start]
            }
          }
        }
      }
      for (number, row) in rows.enumerated() {
        let base = number * labels.count
        best[base + Int(labels.labels[row])] = -.infinity
        results[row] = Self.summary(best[base..<base + labels.count].highest(Self.depth))
      }
    }
    // The rest of a large cluster is taken to be as those of it that were looked at.
    var sums = [(level: Float, spread: Float, count: Float)](
      repeating: (0, 0, 0), count: labels.count)
    for row in 0..<count where !results[row].level.isNaN {
      let label = Int(labels.labels[row])
      sums[label].level += results[row].level
      sums[label].spread += results[row].spread
      sums[label].count += 1
    }
    for row in 0..<count where results[row].level.isNaN {
      let sum = sums[Int(labels.labels[row])]
      results[row] = Summary(
        level: sum.level / sum.count, spread: sum.spread / sum.count)
    }
    levels = (0..<count).map { results[$0].level }
    spreads = (0..<count).map { results[$0].spread }
  }

  /// - Parameter similarities: falling, at least `enough` and at most `depth` of them. Fewer are continued as
  ///   an exponential tail, in which the similarity falls with the logarithm of the rank.
  private static func summary(_ similarities: [Float]) -> Summary {
    let level = similarities[counted].reduce(0, +) / Float(counted.count)
    let seen = similarities[counted.lowerBound] - similarities[similarities.count - 1]
    let first = Float(counted.lowerBound + 1)
    return Summary(
      level: level,
      spread: seen * log(Float(depth) / first) / log(Float(similarities.count) / first))
  }
}

/// The clusters near a row, each with its face that is most similar.
private struct NearestClusters {
  private let vectors: UnitVectors
  private let labels: FaceClusters
  private var row = -1
  /// The row for which each was looked at last, `(n,)`.
  private let seen: SharedBuffer<Int32>
  /// The similarity of each cluster, -infinity if it was not met, `(clusters,)`.
  private let best: SharedBuffer<Float>
  private var met: [Int32] = []
  private var others: [Int32] = []
  private var similarities: [Float] = []

  init(_ vectors: UnitVectors, _ labels: FaceClusters) {
    (self.vectors, self.labels) = (vectors, labels)
    seen = SharedBuffer(vectors.count, filledWith: -1)
    best = SharedBuffer(labels.count, filledWith: -.infinity)
  }

  /// How many have been met.
  var count: Int { met.count }

  /// Adds what some rows show; a row that differs from the last one begins anew.
  mutating func look(from row: Int, at rows: ArraySlice<Int32>) {
    if row != self.row {
      for label in met { best[Int(label)] = -.infinity }
      met.removeAll(keepingCapacity: true)
      self.row = row
    }
    let own = labels.labels[row]
    others.removeAll(keepingCapacity: true)
    for other in rows where seen[Int(other)] != Int32(row) {
      seen[Int(other)] = Int32(row)
      if labels.labels[Int(other)] != own { others.append(other) }
    }
    if similarities.count < others.count {
      similarities = [Float](repeating: 0, count: others.count)
    }
    others.withUnsafeBufferPointer { vectors.similarities(to: row, of: $0, into: &similarities) }
    for (index, other) in others.enumerated() {
      let label = labels.labels[Int(other)]
      let known = best[Int(label)]
      if known == -.infinity { met.append(label) }
      if similarities[index] > known { best[Int(label)] = similarities[index] }
    }
  }

  /// The highest similarities, falling.
  func highest(_ count: Int) -> [Float] { met.lazy.map { best[Int($0)] }.highest(count) }
}

extension Sequence<Float> {
  /// The highest of them, falling.
  fileprivate func highest(_ count: Int) -> [Float] {
    var top: [Float] = []
    top.reserveCapacity(count + 1)
    for value in self {
      if top.count == count, value <= top[count - 1] { continue }
      top.insert(value, at: top.firstIndex { $0 < value } ?? top.count)
      if top.count > count { top.removeLast() }
    }
    return top
  }
}
