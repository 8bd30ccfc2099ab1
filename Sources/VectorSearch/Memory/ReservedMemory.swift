import Foundation

/// A piece of address space that is large enough for all that may come, of which only what is written
/// takes memory: it grows without ever moving, so others can read while it does.
final class ReservedMemory<Element>: @unchecked Sendable {
  // Constant after init; the owner guards what the memory holds.
  let start: UnsafeMutablePointer<Element>
  let capacity: Int

  /// - Parameter capacity: how many elements fit; they are zero bytes at first.
  /// - Throws: `IndexError.outOfMemory`
  init(capacity: Int) throws(IndexError) {
    let bytes = Self.bytes(capacity)
    let address = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_NORESERVE), -1, 0)
    guard let address, address != MAP_FAILED else { throw .outOfMemory(bytes: bytes) }
    start = address.bindMemory(to: Element.self, capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    munmap(start, Self.bytes(capacity))
  }

  /// Puts a part of a file at the beginning. Pages are read when they are first touched, and copied
  /// when they are first written to; the file stays as it is.
  /// - Parameter offset: in bytes; a multiple of the page size.
  func map(file: Int32, offset: Int, count: Int) throws(IndexError) {
    let bytes = count * MemoryLayout<Element>.stride
    precondition(count <= capacity)
    guard bytes > 0 else { return }
    let address = mmap(
      start, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | Int32(MAP_NORESERVE), file,
      off_t(offset))
    guard address != MAP_FAILED else { throw .outOfMemory(bytes: bytes) }
  }

  private static func bytes(_ capacity: Int) -> Int {
    let page = Int(getpagesize())
    return max(page, (capacity * MemoryLayout<Element>.stride + page - 1) / page * page)
  }
}
