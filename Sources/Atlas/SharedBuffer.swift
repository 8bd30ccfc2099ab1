/// Memory that several threads use at once, each writing at places of its own.
final class SharedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Who writes where is agreed upon by those who share it.
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, filledWith value: Element) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: value, count: max(1, count))
  }

  convenience init(_ values: [Element], filledWith value: Element) {
    self.init(values.count, filledWith: value)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  init(copying values: UnsafePointer<Element>, count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(from: values, count: count)
  }

  deinit { pointer.deallocate() }

  subscript(index: Int) -> Element {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }

  var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Rows in pieces, which depend on nothing but their number: sums over them are the same to the last bit
/// however many threads there are.
struct Pieces: Sendable {
  let rows: Int
  let size: Int

  init(rows: Int, atLeast least: Int = 64, most: Int = 64) {
    self.rows = rows
    // Whole vectors of every instruction set.
    size = max(least, ((rows + most - 1) / most + 15) / 16 * 16)
  }

  var count: Int { (rows + size - 1) / size }

  subscript(piece: Int) -> Range<Int> { piece * size..<min(rows, (piece + 1) * size) }
}
