/// The assignment of rows to columns whose weights have the largest sum.
enum OptimalAssignment {
  /// By the Hungarian method with potentials, in O(rows² · columns) (Kuhn 1955; Jonker and Volgenant 1987).
  /// - Parameter weights: finite, `(rows, columns)`, with at least as many columns as rows.
  /// - Returns: the column of each row, each at most once, `(rows,)`.
  static func columns(maximizing weights: [[Double]]) -> [Int] {
    let rows = weights.count
    guard rows > 0 else { return [] }
    let columns = weights[0].count
    precondition(columns >= rows, "\(rows) rows for \(columns) columns")
    // Row and column 0 stand for none.
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var rowOf = [Int](repeating: 0, count: columns + 1)
    for row in 1...rows {
      rowOf[0] = row
      var column = 0
      var least = [Double](repeating: .infinity, count: columns + 1)
      var previous = [Int](repeating: 0, count: columns + 1)
      var isUsed = [Bool](repeating: false, count: columns + 1)
      repeat {
        isUsed[column] = true
        let current = rowOf[column]
        var (delta, next) = (Double.infinity, 0)
        for other in 1...columns where !isUsed[other] {
          let reduced =
            -weights[current - 1][other - 1] - rowPotential[current] - columnPotential[other]
          if reduced < least[other] { (least[other], previous[other]) = (reduced, column) }
          if least[other] < delta { (delta, next) = (least[other], other) }
        }
        for other in 0...columns {
          if isUsed[other] {
            rowPotential[rowOf[other]] += delta
            columnPotential[other] -= delta
          } else {
            least[other] -= delta
          }
        }
        column = next
      } while rowOf[column] != 0
      repeat {
        let before = previous[column]
        rowOf[column] = rowOf[before]
        column = before
      } while column != 0
    }
    var result = [Int](repeating: 0, count: rows)
    for column in 1...columns where rowOf[column] > 0 { result[rowOf[column] - 1] = column - 1 }
    return result
  }
}
