/// A division of rows into pieces that depends on the number of rows alone, so that sums over the pieces are the same to
/// the last bit whatever the number of threads.
package struct Pieces: Sendable {
  package let rows: Int
  package let size: Int

  package init(rows: Int, minimumSize: Int = 64, maximumCount: Int = 64) {
    self.rows = rows
    // A multiple of the vector length of every instruction set.
    size = max(minimumSize, ((rows + maximumCount - 1) / maximumCount + 15) / 16 * 16)
  }

  package var count: Int { (rows + size - 1) / size }

  package subscript(piece: Int) -> Range<Int> { piece * size..<min(rows, (piece + 1) * size) }
}
