import Crypto
import Foundation
import LikenessCore

/// A part of many photos, for one of several workers that fill a gallery together: `3/16` is the third of sixteen.
///
/// To which part a photo belongs follows from its content (its size and its first 64 KiB), so that every worker knows it
/// without asking, wherever the file lies. The parts are of equal size, nearly.
public struct Shard: Sendable, Hashable {
  /// From 1 to `count`.
  public let number: Int
  /// How many parts there are, up to 100,000.
  public let count: Int

  /// - Parameter text: such as `3/16`.
  /// - Returns: nil where it is not written so, or the number is not from 1 to the count.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1],
      (1...100_000).contains(count), (1...count).contains(number)
    else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// So many bytes tell photos apart, so that a worker reads no more of those of others.
  private static let prefix = 1 << 16

  /// Whether a photo is of this part. One that cannot be read is of every part, so that it is reported.
  func contains(_ file: URL) -> Bool {
    // Without waiting, as a pipe without a writer would never open.
    let descriptor = open(PathText.cString(file.path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return true }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let beginning = try? handle.read(upToCount: Self.prefix),
      let size = try? handle.seekToEnd()
    else { return true }
    return contains(beginning: beginning, size: size)
  }

  func contains(beginning: Data, size: UInt64) -> Bool {
    var hash = SHA256()
    hash.update(data: Data("\(size) ".utf8))
    hash.update(data: beginning)
    let bits = hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bits % UInt64(count) == UInt64(number - 1)
  }
}
