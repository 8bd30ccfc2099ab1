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
  /// The minimum number of other clusters from which the similarity at `depth` is extrapolated.
  private static let minimumClusters = 12
  /// How many rows of a large cluster are compared with all others where neighbours do not suffice.
  private static let sampledRows = 8
  /// The neighbours of the neighbours suffice where they are of this many times `depth` clusters.
  private static let candidateFactor = 3
  private static let levelRanks = 2..<10

  private struct Summary: BitwiseCopyable {
    var level: Float
    var spread: Float
  }

  /// - Parameters:
  ///   - labels: the clusters; faces of a row's own cluster are no impostors.
  ///   - isRough: whether the tail is extrapolated wherever the neighbours include some impostors.
  /// - Returns: nil where there are too few clusters to speak of a distribution.
  init?(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, labels: FaceClusters, isRough: Bool = false,
    threads: Int
  ) {
    guard labels.count > Self.depth else { return nil }
    let count = vectors.count
    let results = SharedBuffer(count, filledWith: Summary(level: .nan, spread: .nan))
    let pieces = Pieces(rows: count, maximumCount: 256)
    inParallel(pieces.count, threads: threads) { piece in
      var nearest = NearestClusters(vectors, labels)
      for row in pieces[piece] {
        nearest.compare(row, with: neighbors[row])
        if nearest.count >= (isRough ? Self.minimumClusters : Self.depth) {
          results[row] = Self.summary(nearest.highest(Self.depth))
        } else if !isRough {
          // The neighbours of the neighbours include nearly all of the nearest impostors.
          for near in neighbors[row] {
            nearest.compare(row, with: neighbors[Int(near)])
          }
          guard nearest.count >= Self.candidateFactor * Self.depth else { continue }
          results[row] = Self.summary(nearest.highest(Self.depth))
        }
      }
    }
    // In a large cluster, all neighbours may be of the cluster itself: some of its rows are compared with all faces.
    var examined = [Int](repeating: 0, count: labels.count)
    let incomplete = (0..<count).filter { row in
      guard results[row].level.isNaN else { return false }
      examined[Int(labels.labels[row])] += 1
      return examined[Int(labels.labels[row])] <= Self.sampledRows
    }
    // Several rows at a time, so that a block of faces stays in the cache for all of them.
    let incompletePieces = Pieces(rows: incomplete.count, minimumSize: 16, maximumCount: 1 << 20)
    inParallel(incompletePieces.count, threads: threads) { piece in
      let rows = Array(incomplete[incompletePieces[piece]])
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
    // Other rows of a large cluster get the mean of those that were compared.
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

  /// - Parameter similarities: falling, at least `minimumClusters` and at most `depth` of them. Fewer are continued as
  ///   an exponential tail, in which the similarity falls with the logarithm of the rank.
  private static func summary(_ similarities: [Float]) -> Summary {
    let level = similarities[levelRanks].reduce(0, +) / Float(levelRanks.count)
    let seen = similarities[levelRanks.lowerBound] - similarities[similarities.count - 1]
    let first = Float(levelRanks.lowerBound + 1)
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
  /// The row that each row was last compared with, `(n,)`.
  private let seen: SharedBuffer<Int32>
  /// The highest similarity to each cluster, -infinity if it was not found, `(clusters,)`.
  private let best: SharedBuffer<Float>
  private var found: [Int32] = []
  private var others: [Int32] = []
  private var similarities: [Float] = []

  init(_ vectors: UnitVectors, _ labels: FaceClusters) {
    (self.vectors, self.labels) = (vectors, labels)
    seen = SharedBuffer(vectors.count, filledWith: -1)
    best = SharedBuffer(labels.count, filledWith: -.infinity)
  }

  /// The number of clusters found so far.
  var count: Int { found.count }

  /// Compares a row with others; begins anew where the row differs from that of the last call.
  mutating func compare(_ row: Int, with rows: ArraySlice<Int32>) {
    if row != self.row {
      for label in found { best[Int(label)] = -.infinity }
      found.removeAll(keepingCapacity: true)
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
      if known == -.infinity { found.append(label) }
      if similarities[index] > known { best[Int(label)] = similarities[index] }
    }
  }

  /// The highest similarities, falling.
  func highest(_ count: Int) -> [Float] { found.lazy.map { best[Int($0)] }.highest(count) }
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
