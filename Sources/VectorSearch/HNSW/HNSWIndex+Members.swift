import CKernels
import LikenessCore

/// The neighbours of vectors that the index holds: their walks begin where they themselves are, so that a narrow beam
/// finds what takes a stranger a wide one.
extension HNSWIndex {
  /// So many members tell which beam is enough.
  private static let measuredMembers = 200
  private static let widestBeam = 4_096

  /// The beam in which members find a part of their nearest, measured on some of them; nil if none does.
  /// - Parameter count: of the nearest, themselves among them.
  func memberBeam(count: Int, recall: Double, threads: Int) throws(IndexError) -> Int? {
    let members = members(Self.measuredMembers)
    guard !members.isEmpty else { return nil }
    let vectors = EmbeddingMatrix(
      dimensions: dimensions,
      values: store.rowLock.shared { members.flatMap { store.vector($0) } })
    let truth = try ExactIndex(store).search(vectors, count: count, threads: threads)
    var beam = count + count / 4 + 4
    while beam <= Self.widestBeam, beam < self.count {
      let answers = try neighbors(of: members, count: count, beam: beam, threads: threads)
      var (found, expected) = (0, 0)
      for (answer, nearest) in zip(answers, truth) {
        // By distance, since any of several vectors at one distance is right.
        let distances = Set(nearest.map(\.distance))
        found += min(nearest.count, answer.count { distances.contains($0.distance) })
        expected += nearest.count
      }
      if Double(found) >= recall * Double(expected) { return beam }
      beam += max(4, beam / 3)
    }
    return nil
  }

  /// Evenly spread, so that the same index gives the same answer.
  private func members(_ count: Int) -> [Int] {
    store.rowLock.shared {
      let total = store.slotCount
      return (0..<min(count, total)).map { $0 * total / min(count, total) }
        .filter { store.id($0) != VectorStore.noID }
    }
  }

  private func neighbors(
    of slots: [Int], count: Int, beam: Int, threads: Int
  ) throws(IndexError) -> [[Neighbor]] {
    let answers = Guarded([[Neighbor]](repeating: [], count: slots.count))
    let failure = FirstFailure()
    inParallel(slots.count, threads: threads) { number in
      failure.record { () throws(IndexError) in
        let found = try neighbors(
          of: store.vector(slots[number]), at: slots[number], count: count, beam: beam, .all)
        answers.withLock { $0[number] = found ?? [] }
      }
    }
    try failure.rethrow()
    return answers.withLock { $0 }
  }

  /// The vectors nearest to one of the index's own.
  /// - Parameters:
  ///   - id: what the query is held under; where it is not any more, the search is one for any query.
  ///   - beam: from `memberBeam`.
  func search(
    _ query: Embedding, of id: Int64, count: Int, beam: Int, filter: SearchFilter
  ) throws(IndexError) -> [Neighbor] {
    if count > 0, count <= beam, beam < self.count, let slot = slot(of: id) {
      let found = try query.values.withUnsafeBufferPointer { query throws(IndexError) in
        try neighbors(of: query, at: slot, count: count, beam: beam, filter)
      }
      if let found { return found }
    }
    return try search(query, count: count, filter: filter)
  }

  private func slot(of id: Int64) -> Int? {
    let (isKnown, known) = store.rowLock.shared { (store.knowsSlots, store.knownSlot(of: id)) }
    // Makes the table of slots, once.
    return isKnown ? known : store.rowLock.exclusive { store.slot(of: id) }
  }

  /// - Returns: nil where the beam does not lead to as many as are wanted.
  private func neighbors(
    of query: UnsafeBufferPointer<Float>, at slot: Int, count: Int, beam: Int,
    _ filter: SearchFilter
  ) throws(IndexError) -> [Neighbor]? {
    try scratchPool.withScratch { scratch throws(IndexError) -> [Neighbor]? in
      try graphLock.shared { () throws(IndexError) -> [Neighbor]? in
        let encoded = EncodedQuery(query, in: store)
        guard encoded.error.isFinite else { return nil }
        try scratch.reserve(nodes: max(store.slotCount, slot + 1), beam: beam)
        let found = encoded.withCode { code in
          var (rows, layer, entry) = (store.codeRows, graph.layer(0), UInt32(slot))
          let count = ck_graph_walk(
            &rows, &layer, code, &entry, 1, beam, nil, &scratch.marks, scratch.pool,
            scratch.found)
          return UnsafeBufferPointer(start: scratch.found, count: count)
        }
        let allowed = found.filter { candidate in
          let id = store.id(Int(candidate.node))
          return id != VectorStore.noID && filter.allows(id)
        }
        guard allowed.count >= count else { return nil }
        return nearest(query, encoded, count: count, of: allowed) { _ in true }
      }
    }
  }
}
