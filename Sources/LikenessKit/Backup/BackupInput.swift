import Foundation

/// The bytes of a backup from beginning to end, decrypted where it is encrypted. No byte is given out that was altered, if
/// it is.
final class BackupInput {
  let path: String
  private let file: FileHandle
  private var cipher: BackupCipher?
  /// The size of the file, and how much of it is not read yet.
  let size: Int
  private var left: Int
  private var chunks: UInt32 = 0
  private var buffer = Data()
  /// How much of the buffer was given out.
  private var position = 0

  /// - Throws: `BackupError`
  init(_ url: URL, passphrase: String?) throws {
    path = url.path
    do {
      file = try FileHandle(forReadingFrom: url)
      size = Int(try file.seekToEnd())
      try file.seek(toOffset: 0)
    } catch {
      throw BackupError.unreadable(path: url.path, reason: OutputFile.reason(error))
    }
    left = size
    let start = try read(BackupCipher.headSize)
    if start.starts(with: BackupCipher.magic) {
      guard let passphrase else { throw BackupError.needsPassphrase(path: path) }
      cipher = try BackupCipher(head: start, passphrase: passphrase, path: path)
      guard left > 0 else { throw damaged("there is nothing behind its head") }
    } else {
      buffer = start
      guard start.starts(with: [0x50, 0x4b, 3, 4]) else {
        throw BackupError.notABackup(path: path)
      }
      guard passphrase == nil else { throw BackupError.notEncrypted(path: path) }
    }
  }

  deinit { try? file.close() }

  var bytesRead: Int { size - left }

  func damaged(_ detail: String) -> BackupError { .damaged(path: path, detail: detail) }

  /// As many bytes of the file itself as there are, up to a number.
  private func read(_ count: Int) throws -> Data {
    let count = min(left, count)
    var data = Data()
    do {
      while data.count < count, let some = try file.read(upToCount: count - data.count),
        !some.isEmpty
      { data += some }
    } catch {
      throw BackupError.unreadable(path: path, reason: OutputFile.reason(error))
    }
    guard data.count == count else { throw damaged("it became shorter while it was read") }
    left -= count
    return data
  }

  private func fill() throws {
    buffer = Data(buffer[position...])
    position = 0
    guard let cipher else {
      buffer += try read(1 << 20)
      return
    }
    let sealed = try read(cipher.chunkSize + BackupCipher.tagSize)
    let isLast = left == 0
    guard sealed.count >= BackupCipher.tagSize, chunks < .max,
      let chunk = try? cipher.open(sealed, number: chunks, isLast: isLast)
    else {
      throw damaged("chunk \(chunks + 1)\(isLast ? ", the last," : "") is not as it was written")
    }
    chunks += 1
    buffer += chunk
  }

  /// The next bytes.
  /// - Returns: fewer only at the end.
  /// - Throws: `BackupError`
  func next(_ count: Int) throws -> Data {
    while buffer.count - position < count, left > 0 { try fill() }
    let end = min(position + count, buffer.count)
    defer { position = end }
    return Data(buffer[position..<end])
  }

  /// The next bytes, all of them.
  /// - Throws: `BackupError.damaged` where there are fewer
  func exactly(_ count: Int) throws -> Data {
    let data = try next(count)
    guard data.count == count else { throw damaged("it ends too early") }
    return data
  }
}
