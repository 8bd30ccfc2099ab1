import CKernels

/// Merges clusters pair by pair, the most convincing pair first, down to a stated score.
///
/// The score of clusters A and B is their average similarity less the level that strangers reach with
/// them, plus what the certainty of larger clusters is worth:
///
///     s(A, B) = mean(a · b) − ½ (mean level of A + mean level of B) + gain · (1 − h⁻²)
///
/// with h the harmonic mean of both sizes: the average over many pairs scatters less than a single pair, so
/// that less of a distance from strangers suffices. The mean of all dot products is the dot product of the
/// means (UPGMA), so a cluster is one sum of vectors.
struct Agglomeration {
  /// Two rows that may be compared to begin with.
  struct Edge {
    var a: Int32
    var b: Int32
  }

  struct Merge {
    var a: Int32
    var b: Int32
    var score: Float
  }

  let vectors: UnitVectors
  /// How similar strangers are to each row, `(n,)`.
  let levels: [Float]
  let constraints: ClusteringConstraints
  /// What certainty is worth at most, as a similarity.
  let sizeGain: Float

  /// - Parameters:
  ///   - seeds: rows of one number, other than -1, are one cluster from the start, and clusters of
  ///     different numbers are never made one; `(n,)`.
  ///   - seedsMayMeet: pairs of clusters of different numbers are among those that are left.
  ///   - stop: pairs of a lower score are left alone.
  /// - Returns: the clusters, each by one of its rows, `(n,)`, and the pairs that were left, by the same
  ///   rows, whose score is at least `remember`, the highest first.
  func run(
    over edges: [Edge], seeds: [Int32], seedsMayMeet: Bool = false, stop: Float,
    remember: Float = .infinity
  ) -> (labels: [Int32], left: [Merge]) {
    var state = State(self, seeds: seeds)
    state.seedsMayMeet = seedsMayMeet
    for edge in edges { state.connect(edge.a, edge.b) }
    state.tidy()
    return state.mergeAll(stop: stop, remember: remember)
  }

  private struct Candidate {
    var score: Float
    var a: Int32
    var b: Int32
    var versionA: UInt32
    var versionB: UInt32

    /// Equal scores in the order of rows, so that the answer does not depend on the heap.
    static func < (x: Candidate, y: Candidate) -> Bool {
      if x.score != y.score { return x.score < y.score }
      return (y.a, y.b) < (x.a, x.b)
    }
  }

  private struct State {
    let dimensions: Int
    let sizeGain: Float
    var sums: [Float]
    var levels: [Float]
    var sizes: [Float]
    var versions: [UInt32]
    var neighbors: [[Int32]]
    var sets: DisjointSets
    /// The photos in a cluster, rising; empty for a single face, whose photo is known.
    var photos: [[Int64]]
    var seeds: [Int32]
    var seedsMayMeet = false
    var heap: [Candidate] = []
    let dot: @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int) -> Float
    var seen: [Int32]

    init(_ problem: Agglomeration, seeds: [Int32]) {
      let count = problem.vectors.count
      dimensions = problem.vectors.dimensions
      sizeGain = problem.sizeGain
      dot = ck_kernels_best().pointee.dot_f32
      sums = Array(UnsafeBufferPointer(start: problem.vectors.row(0), count: count * dimensions))
      levels = problem.levels
      sizes = [Float](repeating: 1, count: count)
      versions = [UInt32](repeating: 0, count: count)
      neighbors = [[Int32]](repeating: [], count: count)
      sets = DisjointSets(count: count)
      photos = problem.constraints.photos.map { [$0] }
      seen = [Int32](repeating: -1, count: count)
      self.seeds = seeds
      var firsts: [Int32: Int32] = [:]
      for (row, seed) in seeds.enumerated() where seed >= 0 {
        if let first = firsts[seed] {
          sets.join(first, Int32(row))
          absorb(Int(row), into: Int(first))
        } else {
          firsts[seed] = Int32(row)
        }
      }
      for first in firsts.values { photos[Int(first)].sort() }
    }

    mutating func absorb(_ b: Int, into a: Int) {
      for index in 0..<dimensions { sums[a * dimensions + index] += sums[b * dimensions + index] }
      levels[a] += levels[b]
      sizes[a] += sizes[b]
      photos[a] += photos[b]
      photos[b] = []
    }

    mutating func connect(_ a: Int32, _ b: Int32) {
      let (a, b) = (sets.find(a), sets.find(b))
      guard a != b else { return }
      neighbors[Int(a)].append(b)
      neighbors[Int(b)].append(a)
    }

    mutating func tidy() {
      for row in neighbors.indices where neighbors[row].count > 1 {
        neighbors[row].sort()
        var last: Int32 = -1
        neighbors[row].removeAll { other in
          defer { last = other }
          return other == last
        }
      }
    }

    func score(_ a: Int, _ b: Int) -> Float {
      let (sizeA, sizeB) = (sizes[a], sizes[b])
      let product = sums.withUnsafeBufferPointer {
        dot($0.baseAddress! + a * dimensions, $0.baseAddress! + b * dimensions, dimensions)
      }
      let h = 2 * sizeA * sizeB / (sizeA + sizeB)
      return product / (sizeA * sizeB) - 0.5 * (levels[a] / sizeA + levels[b] / sizeB)
        + sizeGain * (1 - 1 / (h * h))
    }

    mutating func offer(_ a: Int32, _ b: Int32, above stop: Float) {
      let score = score(Int(a), Int(b))
      guard score >= stop else { return }
      let (low, high) = (min(a, b), max(a, b))
      push(
        Candidate(
          score: score, a: low, b: high, versionA: versions[Int(low)],
          versionB: versions[Int(high)]))
    }

    /// Two faces of one photo, or of two groups, are not one person.
    func mayMerge(_ a: Int, _ b: Int) -> Bool {
      if !seedsMayMeet, seeds[a] >= 0, seeds[b] >= 0 { return false }
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

    mutating func mergeAll(stop: Float, remember: Float) -> (labels: [Int32], left: [Merge]) {
      let floor = min(stop, remember)
      for row in neighbors.indices {
        for other in neighbors[row] where other > row { offer(Int32(row), other, above: floor) }
      }
      var left: [Merge] = []
      while let best = pop() {
        let (a, b) = (Int(best.a), Int(best.b))
        guard versions[a] == best.versionA, versions[b] == best.versionB else { continue }
        if best.score < stop {
          left.append(Merge(a: best.a, b: best.b, score: best.score))
          continue
        }
        guard mayMerge(a, b) else { continue }
        merge(a, b)
        // Who is of one photo with a cluster is not compared with it again, but others are.
        let root = Int(sets.find(best.a))
        for other in neighbors[root] { offer(Int32(root), other, above: floor) }
      }
      left.removeAll { !mayMerge(Int($0.a), Int($0.b)) }
      return (sets.labels(), left)
    }

    /// Afterwards the smaller row stands for both.
    private mutating func merge(_ a: Int, _ b: Int) {
      sets.join(Int32(a), Int32(b))
      let (keep, gone) = (min(a, b), max(a, b))
      absorb(gone, into: keep)
      photos[keep].sort()
      if seeds[gone] >= 0 { seeds[keep] = seeds[gone] }
      versions[keep] += 1
      versions[gone] += 1
      var merged: [Int32] = []
      merged.reserveCapacity(neighbors[keep].count + neighbors[gone].count)
      for list in [neighbors[keep], neighbors[gone]] {
        for other in list {
          let other = sets.find(other)
          guard other != Int32(keep), seen[Int(other)] != Int32(keep) else { continue }
          seen[Int(other)] = Int32(keep)
          merged.append(other)
        }
      }
      for other in merged { seen[Int(other)] = -1 }
      // Those that knew only the one that is gone shall know the one that is kept.
      for other in neighbors[gone] {
        let other = Int(sets.find(other))
        if other != keep { neighbors[other].append(Int32(keep)) }
      }
      neighbors[keep] = merged
      neighbors[gone] = []
    }

    private mutating func push(_ candidate: Candidate) {
      heap.append(candidate)
      var child = heap.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        guard heap[parent] < heap[child] else { break }
        heap.swapAt(parent, child)
        child = parent
      }
    }

    private mutating func pop() -> Candidate? {
      guard let first = heap.first else { return nil }
      let last = heap.removeLast()
      guard !heap.isEmpty else { return first }
      heap[0] = last
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child] < heap[child + 1] { child += 1 }
        guard heap[parent] < heap[child] else { break }
        heap.swapAt(parent, child)
        parent = child
      }
      return first
    }
  }
}
