import Foundation
import LikenessCore

/// Finds the nearest vectors by looking at every one: at a code of one byte for each dimension, and
/// where its bounded error leaves a doubt, at the vector itself. The answer is that of comparing all
/// distances.
///
/// Any number of threads may search while others insert and remove.
public final class ExactIndex: Sendable {
  let store: VectorStore

  init(_ store: VectorStore) {
    self.store = store
  }

  /// - Parameter metric: in which searches are fast; they are right in any.
  /// - Throws: `IndexError.outOfMemory`
  public convenience init(dimensions: Int, metric: Metric = .l2) throws(IndexError) {
    self.init(try VectorStore(dimensions: dimensions, metric: metric))
  }

  /// An index of the rows of a matrix, whose ids are their numbers.
  /// - Throws: `IndexError.outOfMemory`
  public convenience init(_ vectors: EmbeddingMatrix, metric: Metric = .l2) throws(IndexError) {
    try self.init(dimensions: vectors.dimensions, metric: metric)
    try insert(vectors, ids: (0..<Int64(vectors.count)))
  }

  /// How many vectors there are.
  public var count: Int { store.rowLock.shared { store.count } }
  /// The length of a vector, d.
  public var dimensions: Int { store.dimensions }
  /// The metric of all distances.
  public var metric: Metric { store.metric }

  /// Puts vectors in; where an id is there already, the new vector takes the old one's place.
  /// - Parameter ids: one for each row of `vectors`, none of them `Int64.min`.
  /// - Throws: `IndexError.full`
  public func insert(_ vectors: EmbeddingMatrix, ids: some Collection<Int64>) throws(IndexError) {
    precondition(vectors.count == ids.count && vectors.dimensions == dimensions)
    try store.rowLock.exclusive { () throws(IndexError) in
      for (row, id) in ids.enumerated() {
        if let slot = store.slot(of: id) { store.remove(slot: slot) }
        _ = try vectors.withRow(row) { vector throws(IndexError) in
          try store.append(vector, id: id)
        }
      }
      store.updateCentre()
    }
  }

  /// Takes vectors out.
  /// - Returns: how many of the ids were there.
  @discardableResult
  public func remove(_ ids: some Collection<Int64>) -> Int {
    store.rowLock.exclusive {
      ids.count { id in
        guard let slot = store.slot(of: id) else { return false }
        store.remove(slot: slot)
        return true
      }
    }
  }

  /// The vectors nearest to a query, the nearest first; equal distances in the order of ids.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - metric: the index's own unless said.
  /// - Throws: `IndexError.dimensionMismatch`
  public func search(
    _ query: Embedding, count: Int, metric: Metric? = nil, filter: SearchFilter = .all
  ) throws(IndexError) -> [Neighbor] {
    try check(query.count)
    return query.values.withUnsafeBufferPointer { query in
      store.rowLock.shared {
        store.nearest(to: query, count: count, metric: metric ?? self.metric, filter: filter)
      }
    }
  }

  /// The same for each row of a matrix, all of them side by side.
  /// - Throws: `IndexError.dimensionMismatch`
  public func search(
    _ queries: EmbeddingMatrix, count: Int, filter: SearchFilter = .all,
    threads: Int = defaultThreads
  ) throws(IndexError) -> [[Neighbor]] {
    try check(queries.dimensions)
    let answers = Guarded([[Neighbor]](repeating: [], count: queries.count))
    store.rowLock.shared {
      // Enough queries at a time to pass over a block of rows while it is in the cache.
      let group = 32
      let groups = (queries.count + group - 1) / group
      inParallel(groups, threads: threads) { number in
        let rows = number * group..<min((number + 1) * group, queries.count)
        let found = store.nearest(to: queries, rows: rows, count: count) { _ in filter }
        answers.withLock { $0.replaceSubrange(rows, with: found) }
      }
    }
    return answers.withLock { $0 }
  }

  private func check(_ dimensions: Int) throws(IndexError) {
    guard dimensions == self.dimensions else {
      throw .dimensionMismatch(expected: self.dimensions, found: dimensions)
    }
  }
}
