import CKernels
import LikenessCore

/// Finds the nearest vectors, nearly always, by walking along a graph of near ones, in a time that hardly
/// grows with their number.
///
/// The walk compares codes of one byte for each dimension; what it finds is compared by the vectors
/// themselves. Any number of threads may search and insert at once; removing waits for the insertions under
/// way and for each search for a moment. A filter's condition must not use the index that calls it.
public final class HNSWIndex: Sendable {
  let store: VectorStore
  let graph: HNSWGraph
  /// Shared by those who walk and link, exclusive for those who remove.
  let graphLock = SharedLock()
  let scratchPool = WalkScratchPool()
  /// Shared by those who insert, from the row to the last link; exclusive for those who remove.
  private let writing = SharedLock()
  let knownCalibration = Guarded(RecallCalibration())
  /// Held by who measures recall, so that it is done once.
  let calibrating = SharedLock()

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

  /// How many vectors there are.
  public var count: Int { store.rowLock.shared { store.count } }
  /// The length of a vector, d.
  public var dimensions: Int { store.dimensions }
  /// The metric of all distances.
  public var metric: Metric { store.metric }
  /// How the graph is built.
  public var parameters: HNSWParameters { graph.parameters }

  /// Inserts vectors; each replaces an earlier one of its id.
  ///
  /// With one thread the same vectors in the same order give the same index.
  /// - Parameter ids: one for each row of `vectors`, none of them `Int64.min`.
  /// - Throws: `IndexError.full`, `IndexError.outOfMemory`
  public func insert(
    _ vectors: EmbeddingMatrix, ids: some Collection<Int64>, threads: Int = 1
  ) throws(IndexError) {
    precondition(vectors.count == ids.count && vectors.dimensions == dimensions)
    // Of an id that comes twice, the later vector.
    var rows: [Int64: Int] = [:]
    for (row, id) in ids.enumerated() { rows[id] = row }
    let order = rows.sorted { $0.value < $1.value }.map { (id: $0.key, row: $0.value) }
    // Another thread may insert one of the ids in between; then that vector was the earlier one.
    while true {
      try remove(order.map(\.id))
      let isDone = try writing.shared { () throws(IndexError) in
        try insertNew(vectors, order, threads: threads)
      }
      if isDone { return }
    }
  }

  /// - Returns: false if an id is there already; then nothing is inserted.
  private func insertNew(
    _ vectors: EmbeddingMatrix, _ order: [(id: Int64, row: Int)], threads: Int
  ) throws(IndexError) -> Bool {
    // The centre moves before the first links only: they are chosen by the codes that there are.
    let slots =
      graph.entry == nil
      ? try graphLock.exclusive { () throws(IndexError) in
        let slots = try append(vectors, order)
        if graph.entry == nil { store.rowLock.exclusive { store.updateCentre() } }
        return slots
      } : try append(vectors, order)
    guard let slots else { return false }
    try link(slots, threads: threads)
    noteChanges(slots.count)
    return true
  }

  private func append(
    _ vectors: EmbeddingMatrix, _ order: [(id: Int64, row: Int)]
  ) throws(IndexError) -> [Int]? {
    try store.rowLock.exclusive { () throws(IndexError) in
      guard order.allSatisfy({ store.slot(of: $0.id) == nil }) else { return nil }
      var slots: [Int] = []
      for (id, row) in order {
        slots.append(
          try vectors.withRow(row) { vector throws(IndexError) in
            try store.append(vector, id: id)
          })
      }
      return slots
    }
  }

  /// Inserts vectors that the store holds into the graph.
  func link(_ slots: [Int], threads: Int) throws(IndexError) {
    let failure = FirstFailure()
    inParallel(slots.count, threads: threads) { number in
      failure.record { () throws(IndexError) in
        try scratchPool.withScratch { scratch throws(IndexError) in
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

  /// Removes vectors, and links their neighbours with each other.
  /// - Returns: how many of the ids were there.
  /// - Throws: `IndexError.outOfMemory`
  @discardableResult
  public func remove(_ ids: some Collection<Int64>) throws(IndexError) -> Int {
    let known = store.rowLock.exclusive { ids.filter { store.slot(of: $0) != nil } }
    guard !known.isEmpty else { return 0 }
    let removed = try writing.exclusive { () throws(IndexError) in
      try removeKnown(known)
    }
    noteChanges(removed)
    assertSound()
    return removed
  }

  private func removeKnown(_ known: [Int64]) throws(IndexError) -> Int {
    try scratchPool.withScratch { scratch throws(IndexError) in
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
  }

  /// The vectors nearest to a query, the nearest first; equal distances in the order of ids.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - effort: of the search.
  ///   - metric: the index's own unless said; in others all vectors are compared.
  /// - Throws: `IndexError.dimensionMismatch`, `IndexError.outOfMemory`
  public func search(
    _ query: Embedding, count: Int, effort: SearchEffort = .standard, metric: Metric? = nil,
    filter: SearchFilter = .all
  ) throws(IndexError) -> [Neighbor] {
    guard query.count == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: query.count)
    }
    let total = self.count
    let count = min(count, total)
    guard count > 0 else { return [] }
    let beam = try beam(for: effort, count: count)
    return try query.values.withUnsafeBufferPointer { query throws(IndexError) in
      let isOwn = (metric ?? self.metric) == self.metric
      guard isOwn, query.allSatisfy({ $0.isFinite }), beam < total else {
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
    let answer = try scratchPool.withScratch { scratch throws(IndexError) -> [Neighbor]? in
      try graphLock.shared { () throws(IndexError) in
        let encoded = EncodedQuery(query, in: store)
        guard encoded.error.isFinite else { return nil }
        let found = try walk(encoded, beam: max(beam, count), scratch)
        return nearest(query, encoded, count: count, of: found) { _ in true }
      }
    }
    // A query without a code cannot search the graph.
    return answer
      ?? store.rowLock.shared {
        store.nearest(to: query, count: count, metric: metric, filter: .all)
      }
  }

  /// - Parameter hidden: nodes that the walk passes by, rising.
  func walk(
    _ query: EncodedQuery, beam: Int, without hidden: [HNSWGraph.Node] = [], _ scratch: WalkScratch
  ) throws(IndexError) -> UnsafeBufferPointer<ck_graph_found> {
    guard let entry = graph.entry else { return UnsafeBufferPointer(start: nil, count: 0) }
    return try hidden.withUnsafeBufferPointer { nodes throws(IndexError) in
      var rows = store.codeRows
      var hidden = ck_graph_hidden(nodes: nodes.baseAddress, count: nodes.count)
      let start = query.withCode { code in
        var nearest = entry.node
        for level in stride(from: entry.level, to: 0, by: -1) {
          var layer = graph.layer(level)
          nearest = ck_graph_descend(&rows, &layer, code, nearest, &hidden)
        }
        guard ck_graph_is_hidden(&hidden, nearest) != 0 else { return nearest }
        var layer = graph.layer(0)
        return ck_graph_descend(&rows, &layer, code, nearest, &hidden)
      }
      // Only now: the descent may have come to a node that is newer than this search.
      try scratch.reserve(nodes: max(store.slotCount, Int(start) + 1), beam: beam)
      return query.withCode { code in
        var nearest = start
        var layer = graph.layer(0)
        let count = ck_graph_walk(
          &rows, &layer, code, &nearest, 1, beam, &hidden, &scratch.marks, scratch.pool,
          scratch.found)
        return UnsafeBufferPointer(start: scratch.found, count: count)
      }
    }
  }

  /// Ranks the candidates that were found by codes by the vectors themselves, as far as the codes' errors leave the order
  /// open.
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
