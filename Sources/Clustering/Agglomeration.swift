import CKernels
import HeapModule
import LikenessCore

/// Merges clusters pair by pair, the most convincing pair first, down to a stated score.
///
/// The score of clusters A and B is their average similarity less the level that impostors reach with
/// them, plus what the certainty of larger clusters is worth:
///
///     s(A, B) = mean(a · b) − ½ (mean level of A + mean level of B) + gain · (1 − h⁻²)
///
/// with h the harmonic mean of both sizes: the average over many pairs scatters less than a single pair, so
/// that a smaller distance from impostors suffices. The mean of all dot products is the dot product of the
/// means (UPGMA), so a cluster is one sum of vectors.
struct Agglomeration {
  /// Two rows that may be compared to begin with.
  struct Edge {
    var a: Int32
    var b: Int32
  }

  let vectors: UnitVectors
  /// How similar impostors are to each row, `(n,)`.
  let levels: [Float]
  let constraints: ClusteringConstraints
  /// What certainty is worth at most, as a similarity.
  let sizeGain: Float

  /// - Parameters:
  ///   - seeds: rows of one number, other than -1, are one cluster from the start, and clusters of
  ///     different numbers are never made one; `(n,)`.
  ///   - barred: which numbers of seeds each row may not join, nor a cluster that it is in, `(n,)`; empty for none.
  ///   - stop: pairs of a lower score are left alone.
  /// - Returns: the clusters, each by one of its rows, `(n,)`.
  func run(
    over edges: [Edge], seeds: [Int32], barred: [Set<Int32>] = [], stop: Float
  ) -> [Int32] {
    var state = State(self, edges, seeds: seeds, barred: barred, floor: stop)
    return state.mergeAll()
  }

  /// A pair of clusters as they were when it was looked at.
  private struct Candidate: Comparable {
    var score: Float
    /// Whose list it is in.
    var owner: Int32
    var other: Int32
    var ownerVersion: UInt32
    var otherVersion: UInt32

    /// Equal scores in the order of rows, so that the answer does not depend on the heap.
    static func < (x: Candidate, y: Candidate) -> Bool {
      if x.score != y.score { return x.score < y.score }
      return (min(y.owner, y.other), max(y.owner, y.other))
        < (min(x.owner, x.other), max(x.owner, x.other))
    }
  }

  /// What is known of a cluster beside its sum of vectors.
  private struct Cluster: BitwiseCopyable {
    /// The sum of its rows' levels.
    var level: Float
    var size: Float = 1
    /// How often it has changed; candidates of an earlier version are stale.
    var version: UInt32 = 0
    var seed: Int32
  }

  /// The clusters so far, each at the smallest of its rows.
  private struct State {
    let dimensions: Int
    let sizeGain: Float
    let floor: Float
    /// Of the vectors in each cluster, `(n, d)`.
    let sums: SharedBuffer<Float>
    let clusters: SharedBuffer<Cluster>
    var sets: DisjointSets
    /// The clusters that each is compared with. Some may have become part of others since.
    var neighbors: [[Int32]]
    /// The photos in each cluster, rising.
    var photos: [[PhotoID]]
    /// The seeds that each cluster may not join; empty where nothing is barred.
    var barred: [Set<Int32>]
    /// What each cluster may be merged with, but for its best, which is in `best`. A pair is in the list of
    /// the one that changed last.
    var candidates: [[Candidate]]
    var best = Heap<Candidate>()
    let kernels: ck_kernels
    /// Of the neighbours that are compared at a time.
    let products: SharedBuffer<Float>
    /// The cluster for which each has been met last.
    let seen: SharedBuffer<Int32>

    init(
      _ problem: Agglomeration, _ edges: [Edge], seeds: [Int32], barred: [Set<Int32>],
      floor: Float
    ) {
      self.barred = barred
      let count = problem.vectors.count
      dimensions = problem.vectors.dimensions
      sizeGain = problem.sizeGain
      self.floor = floor
      kernels = ck_kernels_best().pointee
      sums = SharedBuffer(copying: problem.vectors.row(0), count: count * dimensions)
      clusters = SharedBuffer(count, filledWith: Cluster(level: 0, seed: -1))
      for row in 0..<count {
        clusters[row] = Cluster(level: problem.levels[row], seed: seeds[row])
      }
      sets = DisjointSets(count: count)
      neighbors = [[Int32]](repeating: [], count: count)
      photos = problem.constraints.photos.map { [$0] }
      products = SharedBuffer(count, filledWith: 0)
      seen = SharedBuffer(count, filledWith: -1)
      candidates = [[Candidate]](repeating: [], count: count)
      join(seeds)
      for edge in edges {
        let (a, b) = (sets.find(edge.a), sets.find(edge.b))
        guard a != b else { continue }
        neighbors[Int(a)].append(b)
        neighbors[Int(b)].append(a)
      }
      var first: [Candidate] = []
      for row in neighbors.indices where !neighbors[row].isEmpty {
        neighbors[row] = distinct(neighbors[row], of: row)
        candidates[row] = compared(row, with: neighbors[row].filter { $0 > row })
        if let best = takeBest(of: row) { first.append(best) }
      }
      best = Heap(first)
    }

    private mutating func join(_ seeds: [Int32]) {
      var firsts: [Int32: Int32] = [:]
      for (row, seed) in seeds.enumerated() where seed >= 0 {
        if let first = firsts[seed] {
          sets.join(first, Int32(row))
          absorb(row, into: Int(first))
        } else {
          firsts[seed] = Int32(row)
        }
      }
      for first in firsts.values { photos[Int(first)].sort() }
    }

    private mutating func absorb(_ b: Int, into a: Int) {
      let (to, from) = (sums.pointer + a * dimensions, sums.pointer + b * dimensions)
      for index in 0..<dimensions { to[index] += from[index] }
      clusters[a].level += clusters[b].level
      clusters[a].size += clusters[b].size
      photos[a] += photos[b]
      photos[b] = []
      if !barred.isEmpty { barred[a].formUnion(barred[b]) }
    }

    /// Each other cluster once, as it is now.
    private mutating func distinct(_ others: [Int32], of cluster: Int) -> [Int32] {
      var result: [Int32] = []
      result.reserveCapacity(others.count)
      let cluster = Int32(cluster)
      for other in others {
        let other = sets.find(other)
        guard other != cluster, seen[Int(other)] != cluster else { continue }
        seen[Int(other)] = cluster
        result.append(other)
      }
      for other in result { seen[Int(other)] = -1 }
      return result
    }

    /// The pairs of a cluster and others that are convincing enough.
    private func compared(_ a: Int, with others: [Int32]) -> [Candidate] {
      others.withUnsafeBufferPointer { others in
        kernels.dot_f32_picked(
          sums.pointer + a * dimensions, sums.pointer, dimensions, others.baseAddress, others.count,
          dimensions, products.pointer)
      }
      var found: [Candidate] = []
      let own = clusters[a]
      let level = own.level / own.size
      for (index, b) in others.enumerated() {
        let other = clusters[Int(b)]
        let h = 2 * own.size * other.size / (own.size + other.size)
        let score =
          products[index] / (own.size * other.size) - 0.5 * (level + other.level / other.size)
          + sizeGain * (1 - 1 / (h * h))
        guard score >= floor else { continue }
        found.append(
          Candidate(
            score: score, owner: Int32(a), other: b, ownerVersion: own.version,
            otherVersion: other.version))
      }
      return found
    }

    private mutating func takeBest(of cluster: Int) -> Candidate? {
      guard
        let best = candidates[cluster].indices.max(by: {
          candidates[cluster][$0] < candidates[cluster][$1]
        })
      else { return nil }
      candidates[cluster].swapAt(best, candidates[cluster].count - 1)
      return candidates[cluster].removeLast()
    }

    private mutating func offerBest(of cluster: Int) {
      if let candidate = takeBest(of: cluster) { best.insert(candidate) }
    }

    /// Two faces of one photo, or of two groups, are not one person, nor is a face one with a group that it is barred from.
    private func mayMerge(_ a: Int, _ b: Int) -> Bool {
      if clusters[a].seed >= 0, clusters[b].seed >= 0 { return false }
      if !barred.isEmpty,
        barred[a].contains(clusters[b].seed) || barred[b].contains(clusters[a].seed)
      {
        return false
      }
      let (few, many) =
        photos[a].count < photos[b].count ? (photos[a], photos[b]) : (photos[b], photos[a])
      return !few.contains { photo in
        var (low, high) = (0, many.count)
        while low < high {
          let middle = (low + high) / 2
          if many[middle] < photo { low = middle + 1 } else { high = middle }
        }
        return low < many.count && many[low] == photo
      }
    }

    mutating func mergeAll() -> [Int32] {
      while let next = best.popMax() {
        let (owner, other) = (Int(next.owner), Int(next.other))
        guard clusters[owner].version == next.ownerVersion else { continue }
        var changed = owner
        if clusters[other].version == next.otherVersion {
          let (keep, gone) = (min(owner, other), max(owner, other))
          if mayMerge(keep, gone) {
            merge(gone, into: keep)
            candidates[keep] = compared(keep, with: neighbors[keep])
            changed = keep
          }
        }
        offerBest(of: changed)
      }
      return sets.labels()
    }

    /// - Precondition: `keep` is the smaller row.
    private mutating func merge(_ gone: Int, into keep: Int) {
      sets.join(Int32(keep), Int32(gone))
      absorb(gone, into: keep)
      photos[keep].sort()
      if clusters[gone].seed >= 0 { clusters[keep].seed = clusters[gone].seed }
      clusters[keep].version += 1
      clusters[gone].version += 1
      // Neighbours of the absorbed cluster become neighbours of the one that is kept.
      for other in neighbors[gone] {
        let other = Int(sets.find(other))
        if other != keep { neighbors[other].append(Int32(keep)) }
      }
      neighbors[keep] = distinct(neighbors[keep] + neighbors[gone], of: keep)
      neighbors[gone] = []
      candidates[gone] = []
    }
  }
}
