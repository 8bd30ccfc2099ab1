import Foundation
import LikenessCore

/// The vectors of a gallery, searched exactly while they are few, along a graph when they are many, and
/// kept in a file.
///
/// Any number of threads may use it at once.
public final class VectorIndex: Sendable {
  /// How many vectors an exact search goes through in about a millisecond.
  public static let standardGraphThreshold = 50_000

  private enum State {
    case exact(ExactIndex)
    case graph(HNSWIndex)

    var store: VectorStore {
      switch self {
      case .exact(let index): index.store
      case .graph(let index): index.store
      }
    }
  }

  /// The number of vectors from which a graph is built.
  public let graphThreshold: Int
  private let parameters: HNSWParameters
  // Changes of state are rare; a search takes the state and lets go.
  private let state: Guarded<State>
  /// One writer at a time, so that a graph is built once.
  private let writing = SharedLock()
  private let damage = Guarded<IndexError?>(nil)

  /// An empty index.
  /// - Throws: `IndexError.outOfMemory`
  public init(
    dimensions: Int, metric: Metric = .l2, graphThreshold: Int = standardGraphThreshold,
    parameters: HNSWParameters = HNSWParameters()
  ) throws(IndexError) {
    self.graphThreshold = graphThreshold
    self.parameters = parameters
    state = Guarded(.exact(try ExactIndex(dimensions: dimensions, metric: metric)))
  }

  /// The index of a file, of which nothing is read that is not needed.
  ///
  /// The sections that searches walk through are compared with their checksums first. That of whole
  /// vectors, the largest, is verified in the background where it is large; `check()` returns the result.
  /// - Throws: `IndexError.cannotRead`, `.damaged`, `.newerVersion`, `.outOfMemory`
  public init(
    contentsOf url: URL, graphThreshold: Int = standardGraphThreshold
  ) throws(IndexError) {
    let file = try OpenIndexFile(url)
    let late: Set<IndexFile.SectionName> =
      file.head.sections[IndexFile.SectionName.vectors.rawValue]?.bytes ?? 0
        > Self.synchronousCheckLimit
      ? [.vectors] : []
    try file.verify(IndexFile.SectionName.allCases.filter { !late.contains($0) })
    let store = try VectorStore(file)
    self.graphThreshold = graphThreshold
    if let head = file.head.graph {
      let index = HNSWIndex(store, try HNSWGraph(store, head, file))
      if let recall = head.recall, recall.isSound {
        index.knownCalibration.withLock { $0 = recall }
      }
      parameters = head.parameters
      state = Guarded(.graph(index))
    } else {
      parameters = HNSWParameters()
      state = Guarded(.exact(ExactIndex(store)))
    }
    guard !late.isEmpty else { return }
    DispatchQueue.global(qos: .utility).async { [weak self] in
      do throws(IndexError) {
        try file.verify(late)
      } catch {
        self?.damage.withLock { $0 = error }
      }
    }
  }

  /// The maximum number of bytes of whole vectors that are verified on opening: reading and comparing so many takes a
  /// hundredth of a second.
  private static let synchronousCheckLimit = 16 << 20

  /// What the file was made from; nil for an index that was not read from one.
  public var stamp: IndexStamp? { current.store.source?.head.stamp }

  /// How many vectors there are.
  public var count: Int { current.store.rowLock.shared { current.store.count } }
  /// The length of a vector, d.
  public var dimensions: Int { current.store.dimensions }
  /// The metric of all distances.
  public var metric: Metric { current.store.metric }

  private var current: State { state.withLock { $0 } }

  /// Inserts vectors; each replaces an earlier one of its id.
  /// - Parameter progress: called now and then while a graph is built over all vectors, which takes a minute for some
  ///   hundred thousand: with how many are linked, and how many there are.
  /// - Throws: `IndexError.notFinite`, `.dimensionMismatch`, `.full`, `.outOfMemory`, `.damaged`; of the
  ///   first two nothing is inserted.
  public func insert(
    _ vectors: EmbeddingMatrix, ids: some Collection<Int64>, threads: Int = defaultThreads,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(IndexError) {
    try check()
    guard vectors.dimensions == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: vectors.dimensions)
    }
    guard vectors.values.allSatisfy({ $0.isFinite }) else { throw .notFinite }
    try writing.exclusive { () throws(IndexError) in
      switch current {
      case .graph(let index): try index.insert(vectors, ids: ids, threads: threads)
      case .exact(let index):
        try index.insert(vectors, ids: ids)
        if index.count >= graphThreshold {
          try buildGraph(over: index.store, threads: threads, progress)
        }
      }
    }
  }

  /// So many vectors are linked between two reports of progress.
  private static let linkedAtOnce = 4_096

  private func buildGraph(
    over store: VectorStore, threads: Int, _ progress: (Int, Int) -> Void
  ) throws(IndexError) {
    let index = HNSWIndex(store, try HNSWGraph(store, parameters))
    let slots = store.rowLock.shared {
      (0..<store.slotCount).filter { store.id($0) != VectorStore.noID }
    }
    progress(0, slots.count)
    for start in stride(from: 0, to: slots.count, by: Self.linkedAtOnce) {
      let some = slots[start..<min(start + Self.linkedAtOnce, slots.count)]
      try index.link(Array(some), threads: threads)
      progress(some.endIndex, slots.count)
    }
    state.withLock { $0 = .graph(index) }
  }

  /// Removes vectors.
  /// - Returns: the number of vectors removed.
  /// - Throws: `IndexError.outOfMemory`
  @discardableResult
  public func remove(_ ids: some Collection<Int64>) throws(IndexError) -> Int {
    try writing.exclusive { () throws(IndexError) in
      switch current {
      case .exact(let index): index.remove(ids)
      case .graph(let index): try index.remove(ids)
      }
    }
  }

  /// The vectors nearest to a query, the nearest first; equal distances in the order of ids.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - effort: of the search where there is a graph; an exact index always finds the nearest.
  ///   - metric: the index's own unless said; others are slower.
  /// - Throws: `IndexError.dimensionMismatch`, `.outOfMemory`, `.damaged`
  public func search(
    _ query: Embedding, count: Int, effort: SearchEffort = .standard, metric: Metric? = nil,
    filter: SearchFilter = .all
  ) throws(IndexError) -> [Neighbor] {
    try check()
    switch current {
    case .exact(let index):
      return try index.search(query, count: count, metric: metric, filter: filter)
    case .graph(let index):
      return try index.search(query, count: count, effort: effort, metric: metric, filter: filter)
    }
  }

  /// The same for each row of a matrix, on several threads.
  /// - Throws: `IndexError.dimensionMismatch`, `.outOfMemory`, `.damaged`
  public func search(
    _ queries: EmbeddingMatrix, count: Int, effort: SearchEffort = .standard,
    filter: SearchFilter = .all, threads: Int = defaultThreads
  ) throws(IndexError) -> [[Neighbor]] {
    try check()
    switch current {
    case .exact(let index):
      return try index.search(queries, count: count, filter: filter, threads: threads)
    case .graph(let index):
      // Found once, before all threads need it.
      let effort = SearchEffort.beam(
        try index.beam(for: effort, count: min(count, index.count)))
      return try Self.search(queries.count, threads: threads) { row throws(IndexError) in
        try index.search(queries[row], count: count, effort: effort, filter: filter)
      }
    }
  }

  /// The vectors nearest to each of some that the index holds, themselves among them.
  /// - Parameters:
  ///   - queries: `(n, d)`.
  ///   - ids: what each of them is held under, `(n,)`.
  ///   - beam: from `memberBeam`; nil for a search as for any queries.
  /// - Throws: `IndexError.dimensionMismatch`, `.outOfMemory`, `.damaged`
  package func search(
    _ queries: EmbeddingMatrix, of ids: ArraySlice<Int64>, count: Int, beam: Int?,
    filter: SearchFilter = .all, threads: Int = defaultThreads
  ) throws(IndexError) -> [[Neighbor]] {
    guard case .graph(let index) = current, let beam else {
      return try search(queries, count: count, filter: filter, threads: threads)
    }
    try check()
    precondition(queries.count == ids.count, "an id for each query")
    guard queries.dimensions == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: queries.dimensions)
    }
    return try Self.search(queries.count, threads: threads) { row throws(IndexError) in
      try index.search(
        queries[row], of: ids[ids.startIndex + row], count: count, beam: beam, filter: filter)
    }
  }

  private static func search(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws(IndexError) -> [Neighbor]
  ) throws(IndexError) -> [[Neighbor]] {
    let answers = Guarded([[Neighbor]](repeating: [], count: count))
    let failure = FirstFailure()
    let group = 64
    inParallel((count + group - 1) / group, threads: threads) { number in
      failure.record { () throws(IndexError) in
        let rows = number * group..<min((number + 1) * group, count)
        var found: [[Neighbor]] = []
        for row in rows { found.append(try body(row)) }
        answers.withLock { $0.replaceSubrange(rows, with: found) }
      }
    }
    try failure.rethrow()
    return answers.withLock { $0 }
  }

  /// The vectors nearest to any of several queries, such as the photos of one person: the nearest first, each once.
  ///
  /// The answer is exact where the queries are many for the index's size, or the metric is not its own: all vectors are
  /// then looked at once for all queries together. Else each query is searched for by itself.
  /// - Parameters:
  ///   - queries: `(n, d)`.
  ///   - count: how many at most, in all.
  ///   - metric: the index's own unless said.
  /// - Throws: `IndexError.dimensionMismatch`, `.outOfMemory`, `.damaged`
  public func search(
    anyOf queries: EmbeddingMatrix, count: Int, metric: Metric? = nil, filter: SearchFilter = .all,
    threads: Int = defaultThreads
  ) throws(IndexError) -> [NearestToAny] {
    try check()
    guard queries.dimensions == dimensions else {
      throw .dimensionMismatch(expected: dimensions, found: queries.dimensions)
    }
    let wanted = metric ?? self.metric
    if wanted == self.metric, !isScanWorthwhile(queries.count, count) {
      return NearestToAny.merged(
        try search(queries, count: count, filter: filter, threads: threads), count: count)
    }
    let store = current.store
    return store.rowLock.shared {
      store.nearest(
        toAnyOf: queries, count: count, metric: wanted, filter: filter, threads: threads)
    }
  }

  /// What following a node of a walk costs in units of a code that one of many queries passes over, as measured on
  /// 120,000 faces of 128 numbers.
  private static let walkCost = 300

  /// Whether looking at all vectors once takes many queries less time than their walks.
  private func isScanWorthwhile(_ queries: Int, _ count: Int) -> Bool {
    guard case .graph(let index) = current else { return true }
    // The nearest of somebody's photo are the others, which most often do not count: walks have to pass them.
    return index.count < (max(count, 64) + queries) * Self.walkCost
  }

  /// How many candidates a walk that begins at a vector of the index itself has to follow to find a part of its nearest,
  /// as measured on some; nil for an index that compares all.
  /// - Parameters:
  ///   - count: of the nearest, the vector itself among them.
  ///   - recall: the part.
  /// - Throws: `IndexError.outOfMemory`, `.damaged`
  package func memberBeam(
    count: Int, recall: Double, threads: Int = defaultThreads
  ) throws(IndexError) -> Int? {
    try check()
    guard case .graph(let index) = current else { return nil }
    return try index.memberBeam(count: count, recall: recall, threads: threads)
  }

  /// Whether the recall of searches with standard effort has to be measured, for the first time or since a tenth of the
  /// vectors came or went. The next such search does it.
  package var needsCalibration: Bool {
    guard case .graph(let index) = current, case .recall(let recall) = SearchEffort.standard
    else { return false }
    return index.needsCalibration(recall: recall)
  }

  /// Measures the recall of searches if that is needed, also for people who are not there.
  /// - Parameter people: who vectors are of, by their ids: the same number for the same person. Those of whom nobody knows are
  ///   left out.
  /// - Throws: `IndexError.outOfMemory`
  package func calibrate(people: [Int64: Int]) throws(IndexError) {
    guard case .graph(let index) = current, case .recall(let recall) = SearchEffort.standard
    else { return }
    try index.calibrate(recall: recall, people: people)
  }

  /// - Throws: `IndexError.damaged` if a section turned out to be altered after the file was opened.
  public func check() throws(IndexError) {
    if let damage = damage.withLock({ $0 }) { throw damage }
  }

  /// How an index differs from the vectors that it should hold.
  package struct Differences: Sendable {
    /// Ids that it does not hold.
    package var missing: [Int64] = []
    /// Ids that it should not hold.
    package var unexpected: [Int64] = []
    /// Ids whose vectors are others.
    package var altered: [Int64] = []

    package var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && altered.isEmpty }
  }

  /// Compares ids, and vectors number for number.
  /// - Parameters:
  ///   - vectors: what the index should hold, `(n, d)` with the index's d.
  ///   - ids: one for each row.
  package func differences(from vectors: EmbeddingMatrix, ids: [Int64]) -> Differences {
    precondition(vectors.count == ids.count && vectors.dimensions == dimensions)
    let store = current.store
    let expected = Set(ids)
    // Exclusively, since the table of slots may have to be made.
    return store.rowLock.exclusive {
      var differences = Differences()
      for (row, id) in ids.enumerated() {
        guard let slot = store.slot(of: id) else {
          differences.missing.append(id)
          continue
        }
        let isSame = vectors.withRow(row) { $0.elementsEqual(store.vector(slot)) }
        if !isSame { differences.altered.append(id) }
      }
      for slot in 0..<store.slotCount {
        let id = store.id(slot)
        if id != VectorStore.noID, !expected.contains(id) { differences.unexpected.append(id) }
      }
      return differences
    }
  }

  /// Compares the whole file that the index was read from with its checksums.
  /// - Throws: `IndexError.damaged`
  public func verifyFile() throws(IndexError) {
    try current.store.source?.verify(IndexFile.SectionName.allCases)
  }

  /// Writes the index to a file, in place of what is there, which only its owner can read. The caller must prevent others
  /// from writing the same file at the same time.
  ///
  /// The recall that `info` and searches state is measured first, if it is not known.
  /// - Throws: `IndexError.cannotWrite`, `.damaged`
  public func save(to url: URL, stamp: IndexStamp) throws(IndexError) {
    try verifyFile()
    try writing.exclusive { () throws(IndexError) in
      let state = current
      if case .graph(let index) = state, index.count > 0 { _ = try index.measuredRecall() }
      let store = state.store
      try store.rowLock.shared { () throws(IndexError) in
        var head = IndexFile.Head(
          stamp: stamp, dimensions: store.dimensions, metric: store.metric.rawValue,
          slotCount: store.slotCount, freeSlots: store.freeSlots.count,
          largestNorm: store.largestNorm)
        var sections = store.sections()
        if case .graph(let index) = state {
          head.graph = index.graph.head(index.calibration)
          sections += index.graph.sections()
        }
        let (centre, errors) = (store.centre, store.blockErrors)
        try centre.withUnsafeBufferPointer { centre throws(IndexError) in
          try errors.withUnsafeBufferPointer { errors throws(IndexError) in
            sections.append((.centre, UnsafeRawBufferPointer(centre)))
            sections.append((.blockErrors, UnsafeRawBufferPointer(errors)))
            try IndexFile.write(head, sections, to: url)
          }
        }
      }
    }
  }

  /// Deletes a file and what writers that were killed have left beside it.
  /// - Throws: `IndexError.cannotWrite`
  public static func erase(_ url: URL) throws(IndexError) {
    IndexFile.removeUnfinished(beside: url)
    guard unlink(url.path) == 0 || errno == ENOENT else {
      throw .cannotWrite(path: url.path, reason: String(cString: strerror(errno)))
    }
  }

  /// Deletes what writers that were killed have left beside a file. The caller must prevent others from writing it at the
  /// same time.
  package static func eraseUnfinished(beside url: URL) {
    IndexFile.removeUnfinished(beside: url)
  }

  /// Files that writers have left beside a file, or are just writing.
  package static func unfinished(beside url: URL) -> [URL] { IndexFile.unfinished(beside: url) }

  /// A description of the index, for display.
  public struct Info: Sendable, Codable {
    /// "exact" or "HNSW".
    public var kind: String
    /// How many vectors there are.
    public var vectors: Int
    /// Bytes in memory or mapped from the file: codes, links and ids; and whole vectors.
    public var searchBytes: Int
    /// Bytes of whole vectors, in memory or mapped from the file.
    public var vectorBytes: Int
    /// The part of the true ten nearest that a search with standard effort finds at least, by a bound of 95 %; 1 if it
    /// compares all vectors.
    public var recall: Double
    /// The beam that reaches it; nil if all vectors are compared.
    public var beam: Int?
    /// How that was measured; nil if all vectors are compared.
    public var measurement: Measurement?

    /// A measurement of recall@10.
    public struct Measurement: Sendable, Codable {
      /// The point of the calibration at which searches are made.
      public var point: RecallCalibration.Point
      /// How many vectors there were.
      public var vectors: Int
      /// How many have come or gone since.
      public var changes: Int
      /// When it was.
      public var date: Date
    }
  }

  /// - Throws: `IndexError.outOfMemory`
  public func info() throws(IndexError) -> Info {
    let state = current
    let store = state.store
    let slots = store.slotCount
    let code = store.codeSize + MemoryLayout<Int64>.size * 2
    var info = Info(
      kind: "exact", vectors: count, searchBytes: slots * code,
      vectorBytes: slots * store.dimensions * 4, recall: 1)
    if case .graph(let index) = state {
      info.kind = "HNSW"
      info.searchBytes +=
        slots * (index.graph.baseDegree * 4 + 5) + index.graph.upperBlockCount
        * index.parameters.links * 4
      if let point = try index.measuredRecall() {
        let calibration = index.calibration
        info.recall = point.bound
        info.beam = point.beam
        info.measurement = Info.Measurement(
          point: point, vectors: calibration.size, changes: calibration.changes,
          date: calibration.date)
      }
    }
    return info
  }
}
