import CKernels

extension HNSWGraph {
  /// Links a vector of the store to those near it. Several threads may insert at once.
  func insert(_ slot: Int, _ scratch: WalkScratch) throws(IndexError) {
    let node = Node(slot)
    let level = level(of: store.id(slot))
    addBlocks(of: node, level: level)
    if let entry, level <= entry.level { return try insert(node, level, from: entry, scratch) }
    // A node that makes a new layer is inserted while no other does: they would not find each other.
    try raising.exclusive { () throws(IndexError) in
      if let entry { try insert(node, level, from: entry, scratch) }
      if level > entry?.level ?? -1 { entry = Entry(node: node, level: level) }
    }
  }

  private func insert(
    _ node: Node, _ level: Int, from entry: Entry, _ scratch: WalkScratch
  ) throws(IndexError) {
    let slot = Int(node)
    var rows = store.codeRows
    let query = ck_code_query(
      code: rows.codes + slot * rows.size, factor: 2 * store.scales.start[slot].scale)
    var nearest = entry.node
    for above in stride(from: entry.level, to: level, by: -1) {
      var layer = layer(above)
      nearest = ck_graph_descend(&rows, &layer, query, nearest, nil)
    }
    // From the top down for the walks, but linked from the bottom up: a walk that comes down to this node
    // finds it linked there.
    var chosen: [[Node]] = []
    for level in stride(from: min(level, entry.level), through: 0, by: -1) {
      var layer = layer(level)
      // The way down may have led to a node that is newer than this insertion.
      try scratch.reserve(
        nodes: max(store.slotCount, Int(nearest) + 1), beam: parameters.constructionBeam)
      let count = ck_graph_walk(
        &rows, &layer, query, &nearest, 1, parameters.constructionBeam, nil, &scratch.marks,
        scratch.pool, scratch.found)
      let found = UnsafeBufferPointer(start: scratch.found, count: count)
      if let first = found.first { nearest = first.node }
      chosen.append(diverse(found, near: node, most: parameters.links))
    }
    for (level, others) in chosen.reversed().enumerated() {
      for other in others { connect(node, other, level) }
    }
  }

  /// Of the nodes found near a node those that are nearer to it than to any chosen before: links that
  /// lead in different directions (the paper's algorithm 4).
  func diverse(
    _ found: UnsafeBufferPointer<ck_graph_found>, near node: Node, most: Int
  ) -> [Node] {
    let norm = store.scales.start[Int(node)].norm
    return withUnsafeTemporaryAllocation(of: Node.self, capacity: most) { chosen in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: most) { distances in
        var count = 0
        for candidate in found where candidate.node != node {
          let distance = candidate.key + norm
          self.distances(
            from: candidate.node, to: UnsafeBufferPointer(rebasing: chosen[..<count]),
            distances.baseAddress!)
          var isDiverse = true
          for index in 0..<count where distances[index] < distance { isDiverse = false }
          guard isDiverse else { continue }
          chosen[count] = candidate.node
          count += 1
          if count == most { break }
        }
        return Array(chosen[..<count])
      }
    }
  }

  /// Links a new node to another, which drops a link where it has too many. A node without any link gets
  /// one in any case.
  func connect(_ node: Node, _ other: Node, _ level: Int) {
    // Others may change what was decided before it is done; then it is decided again.
    var attempts = 0
    while true {
      let isDone = locks.locked(node, other, other) {
        isLinked(node, other, level) || link(node, other, level)
      }
      if isDone { return }
      attempts += 1
      let isAlone = links(of: node, level).isEmpty
      guard isAlone || attempts <= 8 else { return }
      guard let (dropped, witness) = droppable(at: other, for: node, level) else {
        if !isAlone || insertBetween(node, other, level) { return }
        continue
      }
      // The new link itself is the one to drop.
      if dropped == node { return }
      locks.locked(other, dropped, node) {
        let (ours, theirs) = (links(of: other, level), links(of: dropped, level))
        guard ours.count == degree(level), ours.contains(dropped), ours.contains(witness),
          theirs.contains(witness)
        else { return }
        unlink(other, dropped, level)
        _ = link(node, other, level)
      }
    }
  }

  /// The link that a node drops for a new one: the longest of those
  /// that are the longest side of a triangle of links; or if there is none, the longest of any triangle.
  ///
  /// Choosing the link whose triangle replaces it best instead costs an eighth of the build's time and
  /// gains no recall.
  /// - Returns: its other end, which may be the new node itself, and the triangle's third node.
  private func droppable(
    at node: Node, for new: Node, _ level: Int
  ) -> (dropped: Node, witness: Node)? {
    let own = links(of: node, level)
    let others = own + [new]
    let distances = [Float](unsafeUninitializedCapacity: others.count) { out, count in
      others.withUnsafeBufferPointer { self.distances(from: node, to: $0, out.baseAddress!) }
      count = others.count
    }
    let order = others.indices.sorted {
      (distances[$0], others[$0]) > (distances[$1], others[$1])
    }
    var fallback: (Node, Node)?
    for index in order {
      let candidate = others[index]
      for witness in links(of: candidate, level) {
        guard let place = own.firstIndex(of: witness) else { continue }
        if distances[place] < distances[index], distance(candidate, witness) < distances[index] {
          return (candidate, witness)
        }
        if candidate != new { fallback = fallback ?? (candidate, witness) }
      }
    }
    return fallback
  }

  /// Where a full node has no link to spare, a new one comes between it and a neighbour.
  private func insertBetween(_ node: Node, _ other: Node, _ level: Int) -> Bool {
    links(of: other, level).contains { neighbour in
      locks.locked(node, other, neighbour) {
        guard isLinked(other, neighbour, level), degree(level) - links(of: node, level).count >= 2
        else { return false }
        unlink(other, neighbour, level)
        return link(node, other, level) && link(node, neighbour, level)
      }
    }
  }
}
