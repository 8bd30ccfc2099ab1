/// Memory that several threads use at once, each writing at places of its own.
package final class SharedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Who writes where is agreed upon by those who share it.
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  @inlinable
  package init(_ count: Int, filledWith value: Element) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: value, count: max(1, count))
  }

  @inlinable
  package convenience init(_ values: [Element], filledWith value: Element) {
    self.init(values.count, filledWith: value)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  @inlinable
  package init(copying values: UnsafePointer<Element>, count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(from: values, count: count)
  }

  deinit { pointer.deallocate() }

  @inlinable
  package subscript(index: Int) -> Element {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }

  @inlinable
  package var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
