import Foundation
import LikenessCore

extension IndexFile {
  /// Writes a file, which is its owner's alone, and replaces another by it once it is complete and on disk. Killed at any
  /// moment, what was there is still there.
  /// - Throws: `IndexError.cannotWrite`
  static func write(
    _ head: Head, _ sections: [(SectionName, UnsafeRawBufferPointer)], to url: URL
  ) throws(IndexError) {
    func failure() -> IndexError {
      .cannotWrite(path: url.path, reason: String(cString: strerror(errno)))
    }
    removeUnfinished(beside: url)
    let unfinished = url.path + ".unfinished-\(UInt64.random(in: 0...UInt64.max))"
    let file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PrivateFiles.fileMode)
    guard file >= 0 else { throw failure() }
    var isWhole = false
    defer {
      close(file)
      if !isWhole { unlink(unfinished) }
    }
    var head = head
    var offset = alignment
    for (name, bytes) in sections {
      head.sections[name.rawValue] = Section(
        offset: offset, bytes: bytes.count, checksum: checksum(bytes))
      guard writeAll(bytes, to: file, at: offset) else { throw failure() }
      offset += (bytes.count + alignment - 1) / alignment * alignment
    }
    guard ftruncate(file, off_t(offset)) == 0 else { throw failure() }
    let written = headBytes(head, fileSize: offset).withUnsafeBytes {
      writeAll($0, to: file, at: 0)
    }
    guard written, fsync(file) == 0, rename(unfinished, url.path) == 0 else { throw failure() }
    isWhole = true
    let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Magic, version, size of the file, length of the JSON, its checksum, and the JSON.
  static func headBytes(_ head: Head, fileSize: Int) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = (try? encoder.encode(head)) ?? Data()
    var bytes = Data(magic)
    let sum = json.withUnsafeBytes { checksum($0) }
    for number in [UInt64(version), UInt64(fileSize), UInt64(json.count), sum] {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    precondition(json.count + bytes.count <= alignment, "a head of \(json.count) bytes")
    return bytes + json
  }

  /// Clears away what writers that were killed have left. There is one writer at a time.
  static func removeUnfinished(beside url: URL) {
    for file in unfinished(beside: url) { try? FileManager.default.removeItem(at: file) }
  }

  /// Files in the making.
  static func unfinished(beside url: URL) -> [URL] {
    let folder = url.deletingLastPathComponent()
    let start = url.lastPathComponent + ".unfinished-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix(start) }.sorted().map { folder.appendingPathComponent($0) }
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int)
    -> Bool
  {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        file, bytes.baseAddress! + done, min(bytes.count - done, 1 << 26), off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}
