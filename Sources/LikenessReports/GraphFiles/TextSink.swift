import Foundation
import LikenessCore
import LikenessKit

/// An open file that text is written to piece by piece, through a small buffer.
///
/// Writing never throws: the first failure is kept, and told at the end.
struct TextSink: ~Copyable {
  private static let capacity = 1 << 16

  /// Bytes written so far.
  private(set) var count = 0
  private let file: Int32
  private var buffer: [UInt8] = []
  private var failure: Int32 = 0

  /// Makes the file, which must not be there yet.
  /// - Throws: `GraphExportError.notWritable`, which names `target`.
  init(newFile path: String, for target: URL) throws(GraphExportError) {
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .notWritable(target, errno) }
    buffer.reserveCapacity(Self.capacity + 1024)
  }

  deinit { close(file) }

  mutating func write(_ text: String) {
    let before = buffer.count
    buffer.append(contentsOf: text.utf8)
    count += buffer.count - before
    if buffer.count >= Self.capacity { flush() }
  }

  mutating func write(_ id: some RecordID) { write(id.description) }

  /// Writes a number as every format here reads it: no plus sign in its exponent, which Cypher
  /// does not know.
  /// - Parameter missing: stands for a number that is not finite.
  mutating func write(_ number: Float, missing: String = "") {
    guard number.isFinite else { return write(missing) }
    let text = number.description
    write(abs(number) < 1e7 ? text : text.filter { $0 != "+" })
  }

  /// Puts everything on the disk.
  /// - Throws: `GraphExportError.notWritable`, for any write that failed.
  mutating func finish(for target: URL) throws(GraphExportError) {
    flush()
    if failure == 0, fsync(file) != 0 { failure = errno }
    guard failure == 0 else { throw .notWritable(target, failure) }
  }

  private mutating func flush() {
    var done = 0
    while failure == 0, done < buffer.count {
      let written = buffer.withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.write(file, $0.baseAddress! + done, $0.count - done)
        #else
          Foundation.write(file, $0.baseAddress! + done, $0.count - done)
        #endif
      }
      if written > 0 {
        done += written
      } else if written == 0 || errno != EINTR {
        failure = written == 0 ? EIO : errno
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

extension GraphExportError {
  /// What the system says.
  static func notWritable(_ url: URL, _ code: Int32) -> GraphExportError {
    .notWritable(path: url.path, reason: OutputFile.reason(code))
  }
}
