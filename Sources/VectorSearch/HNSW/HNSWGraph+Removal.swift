import CKernels
import LikenessCore

/// The caller has the graph to itself.
extension HNSWGraph {
  /// Removes a node and links its neighbours with each other.
  func remove(_ slot: Int, _ scratch: WalkScratch) throws(IndexError) {
    try scratch.reserve(nodes: store.slotCount, beam: Self.bridgeBeam)
    let node = Node(slot)
    let height = Int(heights.start[slot])
    for level in 0..<height {
      let around = links(of: node, level)
      for other in around { unlink(node, other, level) }
      relink(around, level)
      join(around, level, scratch)
    }
    removeBlocks(of: node)
    if entry?.node == node { entry = highestNode() }
  }

  private func highestNode() -> Entry? {
    var best: Entry?
    for slot in 0..<store.slotCount {
      let level = Int(heights.start[slot]) - 1
      if level > best?.level ?? -1 { best = Entry(node: Node(slot), level: level) }
    }
    return best
  }

  /// Makes sure that nodes which were linked through one that is gone still reach each other.
  private func join(_ nodes: [Node], _ level: Int, _ scratch: WalkScratch) {
    var pieces = pieces(of: nodes, level)
    while pieces.count > 1 {
      // Most often the pieces are connected a few links further on, which a walk shows.
      var apart = pieces.dropFirst().filter {
        !isReached($0, from: pieces[0], level, scratch)
      }
      if !apart.isEmpty {
        let reached = Set(component(of: pieces[0][0], level))
        apart.removeAll { reached.contains($0[0]) }
      }
      guard !apart.isEmpty else { return }
      pieces = [nodes.filter { node in !apart.contains { $0.contains(node) } }] + apart
      // The shortest bridge to one that is not reached.
      let bridges = pieces[0].flatMap { a in
        apart.joined().map { (distance(a, $0), a, $0) }
      }.sorted { $0 < $1 }
      let isJoined =
        bridges.contains { bridge in
          ensureFreeLink(at: bridge.1, level) && ensureFreeLink(at: bridge.2, level)
            && link(bridge.1, bridge.2, level)
        } || bridgeAnywhere(bridges[0].1, bridges[0].2, level)
      // Full nodes of which none has a link on a cycle: only a forged file has such.
      guard isJoined else { return }
      pieces = self.pieces(of: nodes, level)
    }
  }

  /// Wide enough that a walk nearly always arrives.
  private static let bridgeBeam = 48

  /// Whether a beam search from some nodes reaches one of others. If not, there may still be a path.
  private func isReached(
    _ targets: [Node], from starts: [Node], _ level: Int, _ scratch: WalkScratch
  ) -> Bool {
    var rows = store.codeRows
    var layer = layer(level)
    let target = Int(targets[0])
    let query = ck_code_query(
      code: rows.codes + target * rows.size, factor: 2 * store.scales.start[target].scale)
    let count = ck_graph_walk(
      &rows, &layer, query, starts, starts.count, Self.bridgeBeam, nil, &scratch.marks,
      scratch.pool,
      scratch.found)
    return UnsafeBufferPointer(start: scratch.found, count: count).contains {
      targets.contains($0.node)
    }
  }

  /// Some nodes in groups that hang together by links between them and by common neighbours.
  private func pieces(of nodes: [Node], _ level: Int) -> [[Node]] {
    var sets = DisjointSets(count: nodes.count)
    // A vector named twice, as a node or as a neighbour, connects those that name it.
    var named: [UInt64] = []
    for (index, node) in nodes.enumerated() {
      named.append(UInt64(node) << 32 | UInt64(index))
      named += links(of: node, level).map { UInt64($0) << 32 | UInt64(index) }
    }
    named.sort()
    for (one, other) in zip(named, named.dropFirst()) where one >> 32 == other >> 32 {
      sets.join(Int32(truncatingIfNeeded: other), Int32(truncatingIfNeeded: one))
    }
    let labels = sets.labels()
    return Dictionary(grouping: nodes.indices) { labels[$0] }.values
      .map { $0.map { nodes[$0] } }.sorted { $0[0] < $1[0] }
  }

  /// All nodes that a node reaches.
  func component(of start: Node, _ level: Int) -> [Node] {
    var seen: Set<Node> = [start]
    var queue = [start]
    var next = 0
    while next < queue.count {
      queue += links(of: queue[next], level).filter { seen.insert($0).inserted }
      next += 1
    }
    return queue
  }

  private func bridgeAnywhere(_ a: Node, _ b: Node, _ level: Int) -> Bool {
    guard let from = nodeWithFreeLink(component(of: a, level), level),
      let to = nodeWithFreeLink(component(of: b, level), level)
    else { return false }
    return link(from, to, level)
  }

  /// A node of a piece of the graph that can take a link. Where all are full, there is a link on a cycle,
  /// which the piece does not need to hang together.
  private func nodeWithFreeLink(_ piece: [Node], _ level: Int) -> Node? {
    if let node = piece.first(where: { ensureFreeLink(at: $0, level) }) { return node }
    for node in piece {
      for other in links(of: node, level) {
        unlink(node, other, level)
        if component(of: node, level).count == piece.count { return node }
        _ = link(node, other, level)
      }
    }
    return nil
  }

  /// Drops the longest link of a triangle if a node is full.
  /// - Returns: whether the node has a free link.
  private func ensureFreeLink(at node: Node, _ level: Int) -> Bool {
    let own = links(of: node, level)
    guard own.count == degree(level) else { return true }
    for other in own.sorted(by: { distance(node, $0) > distance(node, $1) })
    where links(of: other, level).contains(where: own.contains) {
      unlink(node, other, level)
      return true
    }
    return false
  }

  /// Links each of some nodes to the nearest of the others in directions where it has no link.
  private func relink(_ nodes: [Node], _ level: Int) {
    var fromNode = [Float](repeating: 0, count: nodes.count)
    var ownDistances = [Float](repeating: 0, count: degree(level))
    var fromCandidate = ownDistances
    for node in nodes {
      var own = links(of: node, level)
      guard own.count < degree(level) else { continue }
      nodes.withUnsafeBufferPointer { distances(from: node, to: $0, &fromNode) }
      own.withUnsafeBufferPointer { distances(from: node, to: $0, &ownDistances) }
      let near = nodes.indices
        .filter { nodes[$0] != node && !own.contains(nodes[$0]) }
        .sorted { (fromNode[$0], nodes[$0]) < (fromNode[$1], nodes[$1]) }
      for index in near.prefix(parameters.links) where own.count < degree(level) {
        let candidate = nodes[index]
        own.withUnsafeBufferPointer { distances(from: candidate, to: $0, &fromCandidate) }
        let isHidden = own.indices.contains {
          fromCandidate[$0] < fromNode[index] && ownDistances[$0] < fromNode[index]
        }
        guard !isHidden, link(node, candidate, level) else { continue }
        ownDistances[own.count] = fromNode[index]
        own.append(candidate)
      }
    }
  }
}
