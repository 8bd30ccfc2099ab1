import LikenessCore

/// A square sparse matrix, row by row.
struct SparseRows: Sendable {
  let count: Int
  /// Row i is elements `starts[i]..<starts[i + 1]`, `(n + 1,)`.
  let starts: SharedBuffer<Int64>
  let columns: SharedBuffer<Int32>
  let values: SharedBuffer<Float>

  init(count: Int, capacity: Int) {
    self.count = count
    starts = SharedBuffer(count + 1, filledWith: 0)
    columns = SharedBuffer(capacity, filledWith: 0)
    values = SharedBuffer(capacity, filledWith: 0)
  }

  /// Puts the columns of each row in order; those of a row differ.
  func sortColumns(threads: Int) {
    let pieces = Pieces(rows: count)
    inParallel(pieces.count, threads: threads) { piece in
      var keys: [UInt64] = []
      for row in pieces[piece] {
        let elements = Int(starts[row])..<Int(starts[row + 1])
        keys.removeAll(keepingCapacity: true)
        for e in elements { keys.append(UInt64(columns[e]) << 32 | UInt64(values[e].bitPattern)) }
        keys.sort()
        for (e, key) in zip(elements, keys) {
          columns[e] = Int32(key >> 32)
          values[e] = Float(bitPattern: UInt32(truncatingIfNeeded: key))
        }
      }
    }
  }

  /// The transpose, with columns that rise in each row.
  init(transposing other: SparseRows) {
    let size = Int(other.starts[other.count])
    self.init(count: other.count, capacity: size)
    for e in 0..<size { starts[Int(other.columns[e]) + 1] += 1 }
    for row in 0..<count { starts[row + 1] += starts[row] }
    let next = SharedBuffer(starts.array, filledWith: 0)
    for row in 0..<count {
      for e in Int(other.starts[row])..<Int(other.starts[row + 1]) {
        let column = Int(other.columns[e])
        let to = Int(next[column])
        next[column] += 1
        columns[to] = Int32(row)
        values[to] = other.values[e]
      }
    }
  }
}
