import CKernels

/// The caller has the graph to itself.
extension HNSWGraph {
  /// Takes a node out and links those around the gap.
  func remove(_ slot: Int) {
    let node = Node(slot)
    let height = Int(heights.start[slot])
    for level in 0..<height {
      let around = links(of: node, level)
      for other in around { unlink(node, other, level) }
      join(around, level)
      mend(around, level)
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
  private func join(_ nodes: [Node], _ level: Int) {
    guard var reached = nodes.first.map({ [$0] }) else { return }
    var left = Set(nodes.dropFirst())
    while !left.isEmpty {
      left.subtract(reachable(from: reached[0], wanted: left, level))
      guard !left.isEmpty else { return }
      reached = nodes.filter { !left.contains($0) }
      // The shortest bridge between those that are and those that are not reached.
      let bridges = reached.flatMap { a in left.map { (distance(a, $0), a, $0) } }.sorted {
        $0 < $1
      }
      let isJoined =
        bridges.contains { bridge in
          makeRoom(at: bridge.1, level) && makeRoom(at: bridge.2, level)
            && link(bridge.1, bridge.2, level)
        } || bridgeAnywhere(reached[0], bridges[0].2, level)
      precondition(isJoined, "a graph of full nodes without triangles")
    }
  }

  /// The nodes of a set that a walk from a node comes to: all of them soon, if the graph is in one piece.
  private func reachable(from start: Node, wanted: Set<Node>, _ level: Int) -> Set<Node> {
    var missing = wanted
    var seen: Set<Node> = [start]
    var queue = [start]
    var next = 0
    while next < queue.count, !missing.isEmpty {
      for other in links(of: queue[next], level) where seen.insert(other).inserted {
        missing.remove(other)
        queue.append(other)
      }
      next += 1
    }
    return wanted.subtracting(missing)
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
    guard let from = component(of: a, level).first(where: { makeRoom(at: $0, level) }),
      let to = component(of: b, level).first(where: { makeRoom(at: $0, level) })
    else { return false }
    return link(from, to, level)
  }

  /// Drops the longest link of a triangle if a node is full. False if it has none.
  private func makeRoom(at node: Node, _ level: Int) -> Bool {
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
  private func mend(_ nodes: [Node], _ level: Int) {
    for node in nodes {
      var own = links(of: node, level)
      var near = nodes.filter { $0 != node && !own.contains($0) }
        .map { (distance: distance(node, $0), node: $0) }.sorted { $0 < $1 }
      near = Array(near.prefix(parameters.links))
      for candidate in near where own.count < degree(level) {
        let isHidden = own.contains {
          distance($0, candidate.node) < candidate.distance
            && distance($0, node) < candidate.distance
        }
        if !isHidden, link(node, candidate.node, level) { own.append(candidate.node) }
      }
    }
  }
}
