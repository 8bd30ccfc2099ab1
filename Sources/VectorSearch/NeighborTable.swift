import LikenessCore

/// The k nearest of each of n vectors among the others: rows of one width, in one piece of memory.
public struct NeighborTable: Sendable {
  /// How many vectors there are, n.
  public let count: Int
  /// How many neighbours each of them has, k: less than was asked for where there are too few vectors.
  public let width: Int
  /// The neighbours' rows, `(n, k)`, the nearest first; -1 where a row has fewer, which is so only if
  /// the index does not hold all of them.
  public let rows: [Int32]
  /// Their distances, `(n, k)`, in the index's metric; infinite beside -1.
  public let distances: [Float]

  /// - Precondition: both have `count · width` elements.
  public init(count: Int, width: Int, rows: [Int32], distances: [Float]) {
    precondition(rows.count == count * width && distances.count == count * width)
    self.count = count
    self.width = width
    self.rows = rows
    self.distances = distances
  }

  /// The neighbours of a row, the nearest first: as many as it has.
  public subscript(row: Int) -> ArraySlice<Int32> {
    let all = rows[row * width..<(row + 1) * width]
    return all.last == -1 ? all.prefix { $0 >= 0 } : all
  }

  /// The table of the same vectors in another order.
  /// - Parameter order: for each new row the old one, `(n,)`.
  public func reordered(_ order: [Int]) -> NeighborTable {
    precondition(order.count == count, "a place for each row")
    var places = [Int32](repeating: 0, count: count)
    for (new, old) in order.enumerated() { places[old] = Int32(new) }
    var (rows, distances) = ([Int32](), [Float]())
    rows.reserveCapacity(self.rows.count)
    distances.reserveCapacity(self.rows.count)
    for old in order {
      let all = old * width..<(old + 1) * width
      rows += self.rows[all].map { $0 < 0 ? -1 : places[Int($0)] }
      distances += self.distances[all]
    }
    return NeighborTable(count: count, width: width, rows: rows, distances: distances)
  }

  /// Searches for each row of a matrix among the others.
  /// - Parameters:
  ///   - index: holds the rows of the matrix, each under its number in `ids`. Others that it holds are
  ///     passed over.
  ///   - ids: rising; the row numbers unless said.
  /// - Throws: as `VectorIndex.search`
  public init(
    of vectors: EmbeddingMatrix, in index: VectorIndex, ids: [Int64]? = nil, width: Int,
    effort: SearchEffort = .standard, threads: Int = defaultThreads
  ) throws(IndexError) {
    var rows = NeighborRows(of: vectors.count, in: index, ids: ids, width: width)
    if rows.width > 0 {
      rows.add(
        try index.search(
          vectors, count: rows.width + 1, effort: effort, filter: rows.filter, threads: threads))
    }
    self.init(rows)
  }

  /// The same, some rows at a time.
  /// - Parameter progress: called with how many rows were searched for, and how many there are; what it throws ends
  ///   the search.
  /// - Throws: as `VectorIndex.search`, and what `progress` throws
  public init(
    of vectors: EmbeddingMatrix, in index: VectorIndex, ids: [Int64], width: Int,
    threads: Int = defaultThreads, progress: (Int, Int) throws -> Void
  ) throws {
    var rows = NeighborRows(of: vectors.count, in: index, ids: ids, width: width)
    // Few are not worth the measurement.
    let beam =
      rows.width > 0 && vectors.count >= Self.part
      ? try index.memberBeam(count: rows.width + 1, recall: Self.recall, threads: threads) : nil
    while rows.width > 0, rows.filled < vectors.count {
      let range = rows.filled..<min(rows.filled + Self.part, vectors.count)
      rows.add(
        try index.search(
          vectors[range], of: ids[range], count: rows.width + 1, beam: beam, filter: rows.filter,
          threads: threads))
      try progress(rows.filled, vectors.count)
    }
    self.init(rows)
  }

  /// The part of the nearest that is enough for a table of all: who is missed finds the other in turn, most often.
  private static let recall = 0.995

  /// Rows that are searched for at a time: enough to keep several threads busy.
  private static let part = 1_024

  private init(_ table: NeighborRows) {
    self.init(
      count: table.count, width: table.width, rows: table.rows, distances: table.distances)
  }

  /// The same with a temporary index.
  /// - Throws: as `VectorIndex.search`
  public init(
    of vectors: EmbeddingMatrix, width: Int, metric: Metric = .l2,
    effort: SearchEffort = .standard, threads: Int = defaultThreads
  ) throws(IndexError) {
    let index = try VectorIndex(dimensions: vectors.dimensions, metric: metric)
    try index.insert(vectors, ids: 0..<Int64(vectors.count), threads: threads)
    try self.init(of: vectors, in: index, width: width, effort: effort, threads: threads)
  }
}

/// A table on its way: rows are filled one after the other.
private struct NeighborRows {
  let count: Int
  let width: Int
  /// Lets only rows of the table answer.
  let filter: SearchFilter
  private(set) var filled = 0
  private(set) var rows: [Int32]
  private(set) var distances: [Float]
  private let rowOfID: [Int64: Int32]?

  init(of count: Int, in index: VectorIndex, ids: [Int64]?, width: Int) {
    self.count = count
    self.width = max(0, min(width, count - 1))
    let rowOfID: [Int64: Int32]? = ids.map { ids in
      Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
    }
    self.rowOfID = rowOfID
    filter =
      rowOfID.map { rowOfID in
        index.count == count ? .all : .matching { rowOfID[$0] != nil }
      } ?? .all
    rows = [Int32](repeating: -1, count: count * self.width)
    distances = [Float](repeating: .infinity, count: count * self.width)
  }

  /// Fills the next rows with what was found for them.
  mutating func add(_ answers: [[Neighbor]]) {
    for found in answers {
      var column = 0
      for neighbor in found where column < width {
        let other = rowOfID.map { $0[neighbor.id] ?? -1 } ?? Int32(neighbor.id)
        guard other != Int32(filled), other >= 0 else { continue }
        rows[filled * width + column] = other
        distances[filled * width + column] = neighbor.distance
        column += 1
      }
      filled += 1
    }
  }
}
