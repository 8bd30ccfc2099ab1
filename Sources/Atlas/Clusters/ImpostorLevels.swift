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
  /// The similarity to its third less that to its 24th, `(n,)`.
  let spreads: [Float]

  static let depth = Int(tune("depth", 24))
  private static let counted = Int(tune("lo", 2))..<Int(tune("hi", 10))

  private struct Summary: BitwiseCopyable {
    var level: Float
    var spread: Float
  }

  /// - Parameters:
  ///   - labels: the clusters; whatever is of the row's own does not count.
  ///   - sampled: how many of a large cluster are looked at if neighbours do not suffice.
  /// - Returns: nil where there are too few clusters to speak of a distribution.
  init?(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, labels: FaceClusters, threads: Int,
    sampled: Int = Int(tune("sampled", 48))
  ) {
    guard labels.count > Self.depth else { return nil }
    let count = vectors.count
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
        guard best.count >= Self.depth else { continue }
        best.sort { $0.similarity > $1.similarity }
        results[row] = Self.summary(best.prefix(Self.depth).map(\.similarity))
      }
    }
    // In a large cluster all near ones are of the cluster itself: for those, all faces are looked at.
    var looked = [Int](repeating: 0, count: labels.count)
    let lacking = (0..<count).filter { row in
      guard results[row].level.isNaN else { return false }
      looked[Int(labels.labels[row])] += 1
      return looked[Int(labels.labels[row])] <= sampled
    }
    let lackingPieces = Pieces(rows: lacking.count, atLeast: 16, most: 1024)
    inParallel(lackingPieces.count, threads: threads) { piece in
      var similarities = [Float](repeating: 0, count: count)
      var best = [Float](repeating: -.infinity, count: labels.count)
      var top: [Float] = []
      for row in lacking[lackingPieces[piece]] {
        similarities.withUnsafeMutableBufferPointer {
          vectors.similarities(to: row, into: $0.baseAddress!)
        }
        for cluster in best.indices { best[cluster] = -.infinity }
        for (other, similarity) in similarities.enumerated() {
          let label = Int(labels.labels[other])
          if similarity > best[label] { best[label] = similarity }
        }
        best[Int(labels.labels[row])] = -.infinity
        top.removeAll(keepingCapacity: true)
        for similarity in best {
          if top.count == Self.depth, similarity <= top[Self.depth - 1] { continue }
          let place = top.firstIndex { $0 < similarity } ?? top.count
          top.insert(similarity, at: place)
          if top.count > Self.depth { top.removeLast() }
        }
        results[row] = Self.summary(top)
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

  /// - Parameter similarities: falling, `(depth,)`.
  private static func summary(_ similarities: [Float]) -> Summary {
    let level = similarities[counted].reduce(0, +) / Float(counted.count)
    return Summary(
      level: level, spread: similarities[counted.lowerBound] - similarities[depth - 1])
  }
}

