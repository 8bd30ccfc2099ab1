import GalleryCore
import LikenessCore
import Synchronization
import VectorSearch

/// Finds all pairs of faces that a rule links, by comparing all: the work grows with the square of the number of faces.
struct PairSearch {
  let rule: DistanceRule
  let threads: Int
  /// More links than this are no graph that anybody could use; they would not fit into memory either.
  var most = 10_000_000

  /// How many faces ask between two reports of progress, how many of them at a time, and how many they are compared with
  /// meanwhile: the vectors of both stay in the cache.
  private static let (group, askers, tile) = (512, 16, 512)

  /// - Parameters:
  ///   - ids: of the faces, rising, `(n,)`.
  ///   - vectors: their embeddings, `(n, d)`.
  ///   - asking: the faces of which each link has one at least; nil for all.
  ///   - progress: called with how many have asked, of how many.
  /// - Returns: each pair once, in the order of its faces.
  /// - Throws: `LikenessError.tooManyLinks`, and what `progress` throws
  func links(
    of ids: [FaceID], _ vectors: EmbeddingMatrix, asking: Set<FaceID>? = nil,
    progress: (Int, Int) throws -> Void
  ) throws -> [FaceLink] {
    let rows = MetricRows(vectors, metric: rule.metric)
    let isAsking = ids.map { asking?.contains($0) ?? true }
    let queue = isAsking.indices.filter { isAsking[$0] }
    let found = Mutex<[FaceLink]>([])
    for start in stride(from: 0, to: queue.count, by: Self.group) {
      let group = start..<min(start + Self.group, queue.count)
      let starts = Array(stride(from: group.lowerBound, to: group.upperBound, by: Self.askers))
      inParallel(starts.count, threads: threads) { number in
        let some = queue[starts[number]..<min(starts[number] + Self.askers, group.upperBound)]
        let pairs = pairs(of: some, isAsking, rows, vectors)
        found.withLock { found in
          guard found.count <= most else { return }
          found += pairs.map { FaceLink(ids[$0.first], ids[$0.second], distance: $0.distance) }
        }
      }
      guard found.withLock({ $0.count }) <= most else {
        throw LikenessError.tooManyLinks(rule, most: most)
      }
      try progress(group.upperBound, queue.count)
    }
    return found.withLock { $0 }.sorted { ($0.low, $0.high) < ($1.low, $1.high) }
  }

  private typealias Pair = (first: Int, second: Int, distance: Double)

  /// The pairs of some rows with all others, but for those of two that ask where the second finds the first as well.
  private func pairs(
    of askers: ArraySlice<Int>, _ isAsking: [Bool], _ rows: MetricRows, _ vectors: EmbeddingMatrix
  ) -> [Pair] {
    var pairs: [Pair] = []
    // Distances between prepared rows are rounded otherwise: they only say which pairs are to be looked at.
    let bound = rule.distance * 1.0001 + 1e-5
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.tile) { distances in
      for start in stride(from: 0, to: rows.count, by: Self.tile) {
        let others = start..<min(start + Self.tile, rows.count)
        for row in askers {
          rows.distances(from: row, to: others, into: distances.baseAddress!)
          for (place, other) in others.enumerated()
          where distances[place] < bound && (other > row || (other < row && !isAsking[other])) {
            // Always in the same order, so that rounding is the same whichever face asks.
            let (first, second) = (min(row, other), max(row, other))
            let distance = rule.metric.distance(between: first, and: second, of: vectors)
            if distance < rule.distance { pairs.append((first, second, Double(distance))) }
          }
        }
      }
    }
    return pairs
  }
}

extension Metric {
  /// Between two rows of a matrix.
  func distance(between a: Int, and b: Int, of vectors: EmbeddingMatrix) -> Float {
    vectors.withRow(a) { left in vectors.withRow(b) { distance(left, $0) } }
  }
}
