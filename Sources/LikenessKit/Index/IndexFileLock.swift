import Foundation
import LikenessCore
import VectorSearch

/// The right to write a gallery's index file, for which others wait.
enum IndexFileLock {
  /// - Throws: `IndexError.cannotWrite`, and what `body` throws
  static func held<Result>(at gallery: URL, _ body: () throws -> Result) throws -> Result {
    let path = GalleryIndex.file(of: gallery).path + ".lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFiles.fileMode)
    guard file >= 0 else {
      throw IndexError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw IndexError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
      }
    }
    return try body()
  }
}

/// The right to make a large gallery's index, which takes a minute: one process has it, and the others will read the file
/// that it writes.
final class IndexBuildLock {
  /// What became of asking for it.
  enum Request {
    case granted(IndexBuildLock)
    /// Another process makes the index.
    case taken
    /// No file can be written here, so that nobody waits for one.
    case pointless
  }

  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  static func request(at gallery: URL) -> Request {
    let path = GalleryIndex.file(of: gallery).path + ".build"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFiles.fileMode)
    guard file >= 0 else { return .pointless }
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return .granted(IndexBuildLock(file)) }
    let code = errno
    close(file)
    return code == EWOULDBLOCK ? .taken : .pointless
  }
}
