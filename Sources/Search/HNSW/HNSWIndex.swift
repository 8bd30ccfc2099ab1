import CKernels
import Vectors

/// Finds nearly always the nearest vectors by walking along a graph of near ones, in a time that hardly
/// grows with their number.
///
/// The walk compares codes of one byte for each dimension; what it finds is compared by the vectors
/// themselves. Any number of threads may search and insert at once; removing waits until they are done.
public final class HNSWIndex: Sendable {
  let store: VectorStore
  let graph: HNSWGraph
  /// Shared by those who walk and link, exclusive for those who remove.
  let graphLock = SharedLock()
  let scratch = WalkScratchPool()
  let knownCalibration = Guarded(RecallCalibration())

  init(_ store: VectorStore, _ graph: HNSWGraph) {
    self.store = store
    self.graph = graph
  }

  /// - Throws: `IndexError.outOfMemory`
  public convenience init(
    dimensions: Int, metric: Metric = .l2, parameters: HNSWParameters = HNSWParameters()
  ) throws(IndexError) {
    let store = try VectorStore(dimensions: dimensions, metric: metric)
    self.init(store, try HNSWGraph(store, parameters))
  }

  public var count: Int { store.rowLock.shared { store.count } }
  public var dimensions: Int { store.dimensions }
  public var metric: Metric { store.metric }
  public var parameters: HNSWParameters { graph.parameters }

  /// Puts vectors in; where an id is there already, the new vector takes the old one's place.
  ///
  /// With one thread the same vectors in the same order give the same index.
  /// - Parameter ids: one for each row of `vectors`, none of them `Int64.min`.
  /// - Throws: `IndexError.full`, `IndexError.outOfMemory`
  public func insert(
    _ vectors: EmbeddingMatrix, ids: some Collection<Int64>, threads: Int = 1
  ) throws(IndexError) {
    precondition(vectors.count == ids.count && vectors.dimensions == dimensions)
    try remove(ids)
    // The centre moves before the first links only: they are chosen by the codes that there are.
    let slots =
      graph.entry == nil
      ? try graphLock.exclusive { () throws(IndexError) in
        let slots = try append(vectors, ids)
        if graph.entry == nil { store.rowLock.exclusive { store.centreAgain() } }
        return slots
      } : try append(vectors, ids)
    try link(slots, threads: threads)
  }

  private func append(
    _ vectors: EmbeddingMatrix, _ ids: some Collection<Int64>
  ) throws(IndexError) -> [Int] {
    try store.rowLock.exclusive { () throws(IndexError) in
      var slots: [Int] = []
      for (row, id) in ids.enumerated() {
        slots.append(
          try vectors.withRow(row) { vector throws(IndexError) in
            try store.append(vector, id: id)
          })
      }
      return slots
    }
  }

  /// Links what is in the store already.
  func link(_ slots: [Int], threads: Int) throws(IndexError) {
    let failure = FirstFailure()
    inParallel(slots.count, threads: threads) { number in
      failure.record { () throws(IndexError) in
        try scratch.lend { scratch throws(IndexError) in
          try graphLock.shared { () throws(IndexError) in
            try graph.insert(slots[number], scratch)
          }
        }
      }
    }
    try failure.rethrow()
    assertSound()
  }

  /// In debug builds.
  private func assertSound() {
    assert(
      store.rowLock.shared { store.count } > HNSWGraph.checkedSize
        || graphLock.exclusive { store.rowLock.shared { graph.brokenInvariant() } } == nil)
  }

  /// Takes vectors out, and links those around the gaps they leave.
  /// - Returns: how many of the ids were there.
  /// - Throws: `IndexError.outOfMemory`
  @discardableResult
  public func remove(_ ids: some Collection<Int64>) throws(IndexError) -> Int {
    let known = store.rowLock.exclusive { ids.filter { store.slot(of: $0) != nil } }
    guard !known.isEmpty else { return 0 }
    let removed = try scratch.lend { scratch throws(IndexError) in
      try graphLock.exclusive { () throws(IndexError) in
        try store.rowLock.exclusive { () throws(IndexError) in
          var removed = 0
          for id in known {
            guard let slot = store.slot(of: id) else { continue }
            try graph.remove(slot, scratch)
            store.remove(slot: slot)
            removed += 1
          }
          return removed
        }
      }
    }
    assertSound()
    return removed
  }

  /// The vectors nearest to a query, the nearest first; equal distances in the order of ids.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - effort: how hard to look for them.
  ///   - metric: the index's own unless said; in others all vectors are compared.
  /// - Throws: `IndexError.dimensionMismatch`, `IndexError.outOfMemory`
  public func search(
    _ query: Embedding, count: Int, effort: SearchEffort = .standard, metric: Metric? = nil,
    filter: SearchFilter = .all
  ) throws(IndexError) -> [Neighbor] {
    guard query.count == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: query.count)
    }
    guard count > 0 else { return [] }
    let beam =
      switch effort {
      case .beam(let beam): max(count, beam)
      case .recall(let recall): try self.beam(count: count, recall: recall)
      }
    return try query.values.withUnsafeBufferPointer { query throws(IndexError) in
      let isOwn = (metric ?? self.metric) == self.metric
      guard isOwn, query.allSatisfy(\.isFinite), beam < self.count else {
        return store.rowLock.shared {
          store.nearest(to: query, count: count, metric: metric ?? self.metric, filter: filter)
        }
      }
      switch filter {
      case .all: return try search(query, count: count, beam: beam)
      default: return try search(query, count: count, beam: beam, filter)
      }
    }
  }

  func search(
    _ query: UnsafeBufferPointer<Float>, count: Int, beam: Int
  ) throws(IndexError) -> [Neighbor] {
    try scratch.lend { scratch throws(IndexError) in
      try graphLock.shared { () throws(IndexError) in
        let encoded = EncodedQuery(query, in: store)
        let found = try walk(encoded, beam: max(beam, count), scratch)
        return nearest(query, encoded, count: count, of: found) { _ in true }
      }
    }
  }

  func walk(
    _ query: EncodedQuery, beam: Int, _ scratch: WalkScratch
  ) throws(IndexError) -> UnsafeBufferPointer<ck_graph_found> {
    guard let entry = graph.entry else { return UnsafeBufferPointer(start: nil, count: 0) }
    try scratch.reserve(nodes: store.slotCount, beam: beam)
    return query.withCode { code in
      var rows = store.codeRows
      var nearest = entry.node
      for level in stride(from: entry.level, to: 0, by: -1) {
        var layer = graph.layer(level)
        nearest = ck_graph_descend(&rows, &layer, code, nearest)
      }
      var layer = graph.layer(0)
      let count = ck_graph_walk(
        &rows, &layer, code, &nearest, 1, beam, &scratch.marks, scratch.pool, scratch.found)
      return UnsafeBufferPointer(start: scratch.found, count: count)
    }
  }

  /// The nearest of what was found by codes, by the vectors themselves. Looks at as many as the errors
  /// of the codes leave a doubt about.
  func nearest(
    _ query: UnsafeBufferPointer<Float>, _ encoded: EncodedQuery, count: Int,
    of found: some Collection<ck_graph_found>, where isAllowed: (Int64) -> Bool
  ) -> [Neighbor] {
    var best = BoundedHeap(capacity: count)
    let error = store.largestError
    var (offered, limit) = (0, Float.infinity)
    for candidate in found where isAllowed(store.id(Int(candidate.node))) {
      if offered >= count, candidate.key > limit { break }
      let slot = Int(candidate.node)
      offered += 1
      defer {
        if offered >= count {
          limit = encoded.largestKey(within: best.limit, error: error, in: store)
        }
      }
      best.offer(
        Neighbor(id: store.id(slot), distance: metric.distance(query, store.vector(slot))))
    }
    return best.sorted()
  }
}
