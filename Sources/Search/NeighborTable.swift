import Vectors

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
    let count = vectors.count
    let width = max(0, min(width, count - 1))
    self.count = count
    self.width = width
    guard width > 0 else {
      (rows, distances) = ([], [])
      return
    }
    let rowOfID: [Int64: Int32]? = ids.map { ids in
      Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
    }
    let filter: SearchFilter =
      rowOfID.map { rowOfID in
        index.count == count ? .all : .matching { rowOfID[$0] != nil }
      } ?? .all
    let answers = try index.search(
      vectors, count: width + 1, effort: effort, filter: filter, threads: threads)
    var rows = [Int32](repeating: -1, count: count * width)
    var distances = [Float](repeating: .infinity, count: count * width)
    for (row, found) in answers.enumerated() {
      var column = 0
      for neighbor in found where column < width {
        let other = rowOfID.map { $0[neighbor.id] ?? -1 } ?? Int32(neighbor.id)
        guard other != Int32(row), other >= 0 else { continue }
        rows[row * width + column] = other
        distances[row * width + column] = neighbor.distance
        column += 1
      }
    }
    self.rows = rows
    self.distances = distances
  }

  /// The same with an index of its own.
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
