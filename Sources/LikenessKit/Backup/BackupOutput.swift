import Foundation

/// A file that is written from beginning to end, encrypted or not, and gets its name when it is whole and on the disk.
/// Readable by its owner alone.
final class BackupOutput {
  private let url: URL
  private let unfinished: URL
  private let descriptor: Int32
  private let cipher: BackupCipher?
  private var waiting = Data()
  private var chunks: UInt32 = 0
  private var isWhole = false
  /// Bytes written so far.
  private(set) var bytes = 0

  /// - Throws: `LikenessError.notWritable`
  init(_ url: URL, cipher: BackupCipher?) throws {
    (self.url, self.cipher) = (url, cipher)
    Self.sweep(beside: url)
    unfinished = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).\(UUID().uuidString).new")
    descriptor = open(unfinished.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LikenessError.notWritable(url, errno)
    }
    // Says that somebody writes it; freed by the system with the process.
    flock(descriptor, LOCK_EX | LOCK_NB)
    if let cipher { try put(cipher.head) }
  }

  /// Deletes what was left of the same file by those who were killed while they wrote it.
  private static func sweep(beside url: URL) {
    let folder = url.deletingLastPathComponent()
    let (start, end) = (".\(url.lastPathComponent).", ".new")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(start) && name.hasSuffix(end) {
      guard UUID(uuidString: String(name.dropFirst(start.count).dropLast(end.count))) != nil
      else { continue }
      let path = folder.appendingPathComponent(name).path
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      // One that was just made may not be held yet.
      var status = stat()
      let isOld = fstat(descriptor, &status) == 0 && status.st_mtim.tv_sec < time(nil) - 2
      if isOld, flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  deinit {
    close(descriptor)
    if !isWhole { unlink(unfinished.path) }
  }

  /// - Throws: `LikenessError.notWritable`
  func write(_ data: Data) throws {
    guard let cipher else { return try put(data) }
    waiting += data
    // The last chunk is never an empty one, so that there is always one to be marked as the last.
    var start = waiting.startIndex
    while waiting.endIndex - start > cipher.chunkSize {
      try seal(waiting[start..<start + cipher.chunkSize], isLast: false)
      start += cipher.chunkSize
    }
    waiting = Data(waiting[start...])
  }

  private func seal(_ chunk: Data, isLast: Bool) throws {
    guard let cipher else { return }
    guard chunks < .max else {
      throw LikenessError.notWritable(url, EFBIG)
    }
    try put(cipher.seal(chunk, number: chunks, isLast: isLast))
    chunks += 1
  }

  private func put(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var left = bytes[...]
      while !left.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: left).baseAddress, min(left.count, 1 << 26))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          throw LikenessError.notWritable(url, errno)
        }
        left = left.dropFirst(count)
      }
    }
    bytes += data.count
  }

  /// Puts the file in its place.
  /// - Throws: `LikenessError.notWritable`
  func finish() throws {
    if cipher != nil { try seal(waiting, isLast: true) }
    guard fsync(descriptor) == 0, rename(unfinished.path, url.path) == 0 else {
      throw LikenessError.notWritable(url, errno)
    }
    isWhole = true
    Self.synchronize(url.deletingLastPathComponent())
  }

  /// Puts names in a folder on the disk.
  static func synchronize(_ folder: URL) {
    let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
