import LikenessCore
import VectorSearch

/// Clusters that follow from links alone.
struct LinkedFaces {
  /// The linked rows of each row with the weight of the link.
  private var links: [[(row: Int32, weight: Float)]]

  /// Links neighbours whose similarity is at least `threshold` and who may be one person.
  init(
    _ vectors: UnitVectors, _ neighbors: NeighborTable, threshold: Float,
    constraints: ClusteringConstraints
  ) {
    links = [[(row: Int32, weight: Float)]](repeating: [], count: vectors.count)
    for a in 0..<vectors.count {
      for other in neighbors[a] where constraints.mayLink(a, Int(other)) {
        let similarity = vectors.similarity(a, Int(other))
        guard similarity >= threshold else { continue }
        links[a].append((other, similarity))
        links[Int(other)].append((Int32(a), similarity))
      }
    }
    for row in links.indices {
      links[row].sort { $0.row < $1.row }
      var last: Int32 = -1
      links[row].removeAll { link in
        defer { last = link.row }
        return link.row == last
      }
    }
  }

  /// Faces that are linked, directly or over others.
  func components() -> [Int32] {
    var sets = DisjointSets(count: links.count)
    for (row, linked) in links.enumerated() {
      for link in linked { sets.join(Int32(row), link.row) }
    }
    return sets.labels()
  }

  /// Chinese whispers (Biemann 2006): rows take, one by one in an order drawn at random, the label that
  /// weighs most among their neighbours.
  func whispers(rounds: Int = 100, seed: UInt64 = 0) -> [Int32] {
    var labels = (0..<Int32(links.count)).map { $0 }
    var order = Array(links.indices)
    var random = SeededRandom(seed: seed)
    var weights: [Int32: Float] = [:]
    for _ in 0..<rounds {
      order.shuffle(using: &random)
      var changes = 0
      for row in order where !links[row].isEmpty {
        weights.removeAll(keepingCapacity: true)
        for link in links[row] { weights[labels[Int(link.row)], default: 0] += link.weight }
        let best = weights.max { ($0.value, -$0.key) < ($1.value, -$1.key) }!.key
        if best != labels[row] {
          labels[row] = best
          changes += 1
        }
      }
      if changes == 0 { break }
    }
    return labels
  }
}

extension ClusteringConstraints {
  /// Whether two rows may be linked directly.
  func mayLink(_ a: Int, _ b: Int) -> Bool {
    if groups[a] >= 0, groups[b] >= 0 { return groups[a] == groups[b] }
    return photos[a] != photos[b]
  }
}
