import CKernels
import LikenessCore

/// Looking at every vector once for several queries that share one answer. The caller holds `rowLock`.
extension VectorStore {
  /// Rows that all queries pass over while they are in the cache: 256 KB of vectors of 128 numbers.
  fileprivate static let anyBlock = 512
  /// So many queries are answered by themselves first, which bounds how far away an answer can be.
  private static let seeds = 4

  /// The rows that are nearest to any of several queries, the nearest first; equal distances in the order of ids.
  ///
  /// The answer is that of comparing all pairs. Where codes bound a distance, few pairs are: all queries share the limit
  /// that the answers found so far set.
  /// - Parameters:
  ///   - queries: `(n, d)`, n > 0.
  ///   - count: how many at most, in all.
  func nearest(
    toAnyOf queries: EmbeddingMatrix, count: Int, metric: Metric, filter: SearchFilter, threads: Int
  ) -> [NearestToAny] {
    guard count > 0, slotCount > 0 else { return [] }
    let bound = bound(of: queries, count: count, metric: metric, filter: filter, threads: threads)
    let blocks = (slotCount + Self.blockSize - 1) / Self.blockSize
    // Each piece has an answer of its own, whose limit takes some rows to form.
    let pieces = min(blocks, 2 * max(1, threads))
    let answers = Guarded<[NearestToAny]>([])
    inParallel(pieces, threads: threads) { piece in
      let first = piece * blocks / pieces * Self.blockSize
      let end = min(slotCount, (piece + 1) * blocks / pieces * Self.blockSize)
      let rows = first..<end
      let found = queries.values.withUnsafeBufferPointer { values in
        var scan = ScanForAny(values, self, count: count, metric: metric, bound: bound)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.anyBlock) {
          scan.look(at: start..<min(start + Self.anyBlock, rows.upperBound), filter)
        }
        return scan.answers
      }
      answers.withLock { $0 += found }
    }
    return Array(
      answers.withLock { $0 }.sorted(by: NearestToAny.isNearer).prefix(count))
  }

  /// A distance within which there are `count` answers; infinite where there are fewer.
  private func bound(
    of queries: EmbeddingMatrix, count: Int, metric: Metric, filter: SearchFilter, threads: Int
  ) -> Float {
    let seeds = min(Self.seeds, queries.count)
    let answers = Guarded([[Neighbor]](repeating: [], count: seeds))
    inParallel(seeds, threads: threads) { number in
      let found = queries.withRow(number * queries.count / seeds) {
        nearest(to: $0, count: count, metric: metric, filter: filter)
      }
      answers.withLock { $0[number] = found }
    }
    let merged = NearestToAny.merged(answers.withLock { $0 }, count: count)
    return merged.count == count ? merged[count - 1].neighbor.distance : .infinity
  }
}

/// One thread's way through the rows of a store.
private struct ScanForAny {
  private struct Query {
    var vector: UnsafeBufferPointer<Float>
    var encoded: EncodedQuery
    var length: Double
  }

  private let store: VectorStore
  private let metric: Metric
  private let bound: Float
  private let queries: [Query]
  private var best: BoundedHeap
  private var queryOf: [Int64: Int] = [:]

  // Of the block that is looked at.
  private var nearest: [Float]
  private var nearestQuery: [Int32]
  private var isAllowed: [Bool?]
  private var candidates: [UInt32]
  private var keys: [Float]

  init(
    _ values: UnsafeBufferPointer<Float>, _ store: VectorStore, count: Int, metric: Metric,
    bound: Float
  ) {
    (self.store, self.metric, self.bound) = (store, metric, bound)
    let d = store.dimensions
    queries = (0..<values.count / d).map { row in
      let vector = UnsafeBufferPointer(rebasing: values[row * d..<(row + 1) * d])
      return Query(
        vector: vector, encoded: EncodedQuery(vector, in: store), length: vector.length)
    }
    best = BoundedHeap(capacity: count)
    let size = VectorStore.anyBlock
    nearest = [Float](repeating: .infinity, count: size)
    nearestQuery = [Int32](repeating: -1, count: size)
    isAllowed = [Bool?](repeating: nil, count: size)
    candidates = [UInt32](repeating: 0, count: size)
    keys = [Float](repeating: 0, count: size)
  }

  /// What was found, in no order.
  var answers: [NearestToAny] {
    best.sorted().map { NearestToAny($0, query: queryOf[$0.id] ?? 0) }
  }

  /// - Parameter rows: within one block of the store's, no more than there is room for.
  mutating func look(at rows: Range<Int>, _ filter: SearchFilter) {
    for index in 0..<rows.count {
      (nearest[index], nearestQuery[index], isAllowed[index]) = (.infinity, -1, nil)
    }
    let limit = min(bound, best.limit)
    let lengths = metric == store.metric ? nil : lengths(of: rows)
    let error = store.error(block: rows.lowerBound / VectorStore.blockSize)
    for (number, query) in queries.enumerated() {
      switch reach(of: query, limit, error, lengths) {
      case .codes(let key): compareCodes(rows, query, number, key, limit, filter)
      case .vectors: compareVectors(rows, query, number, limit, filter)
      }
    }
    for index in 0..<rows.count where nearestQuery[index] >= 0 {
      let neighbor = Neighbor(id: store.id(rows.lowerBound + index), distance: nearest[index])
      queryOf[neighbor.id] = Int(nearestQuery[index])
      best.offer(neighbor)
    }
  }

  private enum Reach {
    /// Only rows whose key is at most this can be within the limit.
    case codes(Float)
    /// Codes say nothing.
    case vectors
  }

  /// - Parameters:
  ///   - error: the most that a code of the rows leaves out.
  ///   - lengths: of the rows; needed where the metric is not the store's own.
  private func reach(
    of query: Query, _ limit: Float, _ error: Float, _ lengths: ClosedRange<Double>?
  ) -> Reach {
    func key(within distance: Float) -> Reach {
      .codes(query.encoded.largestKey(within: distance, error: error, in: store))
    }
    if metric == store.metric { return key(within: limit) }
    guard metric == .cosine, store.metric == .l2, limit.isFinite, let lengths else {
      return .vectors
    }
    // |a − b|² = |a|² + |b|² − 2 |a| |b| (1 − c) at a cosine distance c: convex in |b|, so that its maximum over a range of
    // lengths is at one of the ends. The rest is for rounding.
    let similarity = 1 - Double(limit) - 1e-5
    func squared(_ length: Double) -> Double {
      let (own, both) = (query.length * query.length, query.length * length)
      return own + length * length - 2 * both * similarity
    }
    let square = max(squared(lengths.lowerBound), squared(lengths.upperBound))
    guard square.isFinite, query.length > 0, lengths.lowerBound > 0 else { return .vectors }
    return key(within: Float(max(0, square).squareRoot() * (1 + 1e-6)).nextUp)
  }

  /// The shortest and the longest of some rows that hold vectors; nil where there is none, or one without a direction.
  private func lengths(of rows: Range<Int>) -> ClosedRange<Double>? {
    guard metric == .cosine, store.metric == .l2 else { return nil }
    var (shortest, longest) = (Double.infinity, 0.0)
    for slot in rows where store.id(slot) != VectorStore.noID {
      let length = store.vector(slot).length
      (shortest, longest) = (min(shortest, length), max(longest, length))
    }
    return shortest <= longest ? shortest...longest : nil
  }

  private mutating func compareCodes(
    _ rows: Range<Int>, _ query: Query, _ number: Int, _ largestKey: Float, _ limit: Float,
    _ filter: SearchFilter
  ) {
    let found = query.encoded.withCode { code in
      var codes = store.codeRows
      return ck_scan_codes(
        &codes, code, rows.lowerBound, rows.count, largestKey, &candidates, &keys)
    }
    for place in 0..<found {
      let slot = Int(candidates[place])
      let index = slot - rows.lowerBound
      guard allows(slot, index, filter) else { continue }
      offer(metric.distance(query.vector, store.vector(slot)), index, number, limit)
    }
  }

  private mutating func compareVectors(
    _ rows: Range<Int>, _ query: Query, _ number: Int, _ limit: Float, _ filter: SearchFilter
  ) {
    // What a kernel gives for one pair is what it gives for many, so that the others need not be looked at.
    let isCompared = metric == .l1
    if isCompared, let vector = query.vector.baseAddress,
      let first = store.vector(rows.lowerBound).baseAddress
    {
      let d = store.dimensions
      store.kernels.pointee.l1_f32_rows(vector, first, d, rows.count, d, &keys)
    }
    for slot in rows {
      let index = slot - rows.lowerBound
      if isCompared, keys[index] > limit { continue }
      guard allows(slot, index, filter) else { continue }
      offer(metric.distance(query.vector, store.vector(slot)), index, number, limit)
    }
  }

  private mutating func offer(_ distance: Float, _ index: Int, _ number: Int, _ limit: Float) {
    guard distance <= limit, distance < nearest[index] || nearestQuery[index] < 0 else { return }
    nearest[index] = distance
    nearestQuery[index] = Int32(number)
  }

  /// Asks the filter once for each row, since its condition may be expensive.
  private mutating func allows(_ slot: Int, _ index: Int, _ filter: SearchFilter) -> Bool {
    if let known = isAllowed[index] { return known }
    let id = store.id(slot)
    let isAllowed = id != VectorStore.noID && filter.allows(id)
    self.isAllowed[index] = isAllowed
    return isAllowed
  }
}
