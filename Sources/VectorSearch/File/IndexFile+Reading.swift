import Foundation
import LikenessCore

/// A file that was opened and whose head is sound.
final class OpenIndexFile: Sendable {
  let url: URL
  let head: IndexFile.Head
  /// The descriptor; it stays open as long as this lives.
  let file: Int32
  private let size: Int

  /// - Throws: `IndexError.cannotRead`, `.damaged`, `.newerVersion`
  init(_ url: URL) throws(IndexError) {
    self.url = url
    let file = open(url.path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw .cannotRead(path: url.path, reason: String(cString: strerror(errno)))
    }
    do {
      (head, size) = try Self.readHead(file, url.path)
    } catch {
      close(file)
      throw error
    }
    self.file = file
  }

  deinit {
    close(file)
  }

  private static func readHead(
    _ file: Int32, _ path: String
  ) throws(IndexError) -> (IndexFile.Head, size: Int) {
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    var bytes = [UInt8](repeating: 0, count: IndexFile.alignment)
    let count = pread(file, &bytes, bytes.count, 0)
    let fixed = IndexFile.magic.count + 32
    guard count >= fixed, bytes.starts(with: IndexFile.magic) else {
      throw .damaged(path: path, reason: "it is not an index")
    }
    let numbers = (0..<4).map { number in
      (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[IndexFile.magic.count + 8 * number + $1]) << (8 * UInt64($1))
      }
    }
    guard numbers[0] <= IndexFile.version else {
      throw .newerVersion(path: path, version: Int(clamping: numbers[0]))
    }
    guard numbers[1] == UInt64(status.st_size) else {
      throw .damaged(
        path: path, reason: "it has \(status.st_size) bytes and should have \(numbers[1])")
    }
    guard numbers[0] > 0, numbers[2] <= UInt64(count - fixed) else {
      throw .damaged(path: path, reason: "its head is not whole")
    }
    let json = Array(bytes[fixed..<fixed + Int(numbers[2])])
    guard json.withUnsafeBytes({ IndexFile.checksum($0) }) == numbers[3],
      let head = try? JSONDecoder().decode(IndexFile.Head.self, from: Data(json))
    else { throw .damaged(path: path, reason: "its head was altered") }
    return (head, Int(status.st_size))
  }

  /// Puts a section at the beginning of a piece of memory.
  /// - Throws: `IndexError.damaged`, `.outOfMemory`
  func map<Element>(
    _ name: IndexFile.SectionName, to memory: ReservedMemory<Element>, count: Int
  ) throws(IndexError) {
    let section = try section(name)
    guard section.bytes == count * MemoryLayout<Element>.stride, count <= memory.capacity else {
      throw .damaged(path: url.path, reason: "\(name.rawValue) is of another size")
    }
    try memory.map(file: file, offset: section.offset, count: count)
  }

  /// A small section.
  func numbers(_ name: IndexFile.SectionName) throws(IndexError) -> [Float] {
    let section = try section(name)
    guard section.bytes % 4 == 0 else {
      throw .damaged(path: url.path, reason: "\(name.rawValue) is of another size")
    }
    var values = [Float](repeating: 0, count: section.bytes / 4)
    guard pread(file, &values, section.bytes, off_t(section.offset)) == section.bytes else {
      throw .cannotRead(path: url.path, reason: String(cString: strerror(errno)))
    }
    return values
  }

  private func section(_ name: IndexFile.SectionName) throws(IndexError) -> IndexFile.Section {
    guard let section = head.sections[name.rawValue], section.offset >= IndexFile.alignment,
      section.offset % IndexFile.alignment == 0, section.offset <= size, section.bytes >= 0,
      section.bytes <= size - section.offset
    else { throw .damaged(path: url.path, reason: "\(name.rawValue) is missing") }
    return section
  }

  /// Compares sections with their checksums.
  /// - Throws: `IndexError.damaged`
  func verify(_ names: some Sequence<IndexFile.SectionName>) throws(IndexError) {
    // In pieces of some MB, which several threads take in turn, would need a tree of checksums; whole
    // sections are enough, as the largest are of one size.
    let present = names.filter { head.sections[$0.rawValue] != nil }
    let failure = FirstFailure()
    inParallel(present.count, threads: defaultThreads) { number in
      failure.record { () throws(IndexError) in try verify(present[number]) }
    }
    try failure.rethrow()
  }

  private func verify(_ name: IndexFile.SectionName) throws(IndexError) {
    let section = try section(name)
    guard section.bytes > 0 else { return }
    // A mapping of its own: the index's may have been written to since.
    let address = mmap(
      nil, section.bytes, PROT_READ, MAP_SHARED, file, off_t(section.offset))
    guard let address, address != MAP_FAILED else { throw .outOfMemory(bytes: section.bytes) }
    defer { munmap(address, section.bytes) }
    let bytes = UnsafeRawBufferPointer(start: address, count: section.bytes)
    guard IndexFile.checksum(bytes) == section.checksum else {
      throw .damaged(path: url.path, reason: "\(name.inWords) altered")
    }
  }
}
