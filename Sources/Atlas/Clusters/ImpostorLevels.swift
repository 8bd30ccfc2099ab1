import Foundation
import Search

/// How similar strangers are to each face: its own level, and how fast similarities fall from there.
///
/// Some faces are like many others, because they are blurred, or of a group of people that the network
/// tells apart badly; what is a convincing similarity for others is none for them. So each face's own
/// nearest strangers say what a similarity to it is worth (as in adaptive score normalisation of speaker
/// recognition, Matějka et al. 2017). Strangers are taken cluster by cluster, each with its most similar
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
  private static let sampled = 12
  /// Of so many times the clusters that count, those are taken to be the nearest.
  private static let seenFurther = 3
  private static let counted = 2..<10

  private struct Summary: BitwiseCopyable {
    var level: Float
    var spread: Float
  }

  /// - Parameters:
  ///   - labels: the clusters; whatever is of the row's own does not count.
  ///   - isRough: where the neighbours show some strangers, their tail is continued instead of looked at.
  /// - Returns: nil where there are too few clusters to speak of a distribution.
  init?(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, labels: FaceClusters, isRough: Bool = false,
    threads: Int
  ) {
    guard labels.count > Self.depth else { return nil }
    let count = vectors.count
    let enough = isRough ? Self.enough : Self.depth
    let results = SharedBuffer(count, filledWith: Summary(level: .nan, spread: .nan))
    let pieces = Pieces(rows: count, most: 256)
    inParallel(pieces.count, threads: threads) { piece in
      var best: [(label: Int32, similarity: Float)] = []
      for row in pieces[piece] {
        best.removeAll(keepingCapacity: true)
        for column in 0..<neighbors.width {
          let other = neighbors.rows[row * neighbors.width + column]
          guard other >= 0, labels.labels[Int(other)] != labels.labels[row] else { continue }
          let label = labels.labels[Int(other)]
          let similarity = vectors.similarity(row, Int(other))
          if let known = best.firstIndex(where: { $0.label == label }) {
            best[known].similarity = max(best[known].similarity, similarity)
          } else {
            best.append((label, similarity))
          }
        }
        guard best.count >= enough else { continue }
        best.sort { $0.similarity > $1.similarity }
        results[row] = Self.summary(best.prefix(Self.depth).map(\.similarity)[...])
      }
    }
    if !isRough {
      Self.lookFurther(vectors, neighbors, labels, results, threads: threads)
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
      var top: [Float] = []
      for (number, row) in rows.enumerated() {
        let base = number * labels.count
        best[base + Int(labels.labels[row])] = -.infinity
        Self.highest(best[base..<base + labels.count], into: &top)
        results[row] = Self.summary(top[...])
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

  /// Looks at the neighbours of the neighbours, among which nearly all of the nearest strangers are.
  private static func lookFurther(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, _ labels: FaceClusters,
    _ results: SharedBuffer<Summary>, threads: Int
  ) {
    let pieces = Pieces(rows: vectors.count, most: 256)
    inParallel(pieces.count, threads: threads) { piece in
      var visited = [Int32](repeating: -1, count: vectors.count)
      var best = [Float](repeating: -.infinity, count: labels.count)
      var touched: [Int] = []
      var top: [Float] = []
      for row in pieces[piece] where results[row].level.isNaN {
        let own = labels.labels[row]
        for column in 0..<neighbors.width {
          let near = Int(neighbors.rows[row * neighbors.width + column])
          guard near >= 0 else { continue }
          for column in 0..<neighbors.width {
            let other = Int(neighbors.rows[near * neighbors.width + column])
            guard other >= 0, visited[other] != Int32(row) else { continue }
            visited[other] = Int32(row)
            let label = Int(labels.labels[other])
            guard label != Int(own) else { continue }
            if best[label] == -.infinity { touched.append(label) }
            best[label] = max(best[label], vectors.similarity(row, other))
          }
        }
        if touched.count >= seenFurther * depth {
          highest(touched.lazy.map { best[$0] }, into: &top)
          results[row] = summary(top[...])
        }
        for label in touched { best[label] = -.infinity }
        touched.removeAll(keepingCapacity: true)
      }
    }
  }

  /// The `depth` highest, falling.
  private static func highest(_ similarities: some Sequence<Float>, into top: inout [Float]) {
    top.removeAll(keepingCapacity: true)
    for similarity in similarities {
      if top.count == depth, similarity <= top[depth - 1] { continue }
      top.insert(similarity, at: top.firstIndex { $0 < similarity } ?? top.count)
      if top.count > depth { top.removeLast() }
    }
  }

  /// - Parameter similarities: falling, at least `enough` and at most `depth` of them. Fewer are continued as
  ///   an exponential tail, in which the similarity falls with the logarithm of the rank.
  private static func summary(_ similarities: ArraySlice<Float>) -> Summary {
    let level = similarities[counted].reduce(0, +) / Float(counted.count)
    let seen = similarities[counted.lowerBound] - similarities[similarities.count - 1]
    let first = Float(counted.lowerBound + 1)
    return Summary(
      level: level,
      spread: seen * log(Float(depth) / first) / log(Float(similarities.count) / first))
  }
}
