/// Rows in pieces, which depend on nothing but their number: sums over them are the same to the last bit
/// however many threads there are.
package struct Pieces: Sendable {
  package let rows: Int
  package let size: Int

  package init(rows: Int, atLeast least: Int = 64, most: Int = 64) {
    self.rows = rows
    // Whole vectors of every instruction set.
    size = max(least, ((rows + most - 1) / most + 15) / 16 * 16)
  }

  package var count: Int { (rows + size - 1) / size }

  package subscript(piece: Int) -> Range<Int> { piece * size..<min(rows, (piece + 1) * size) }
}
