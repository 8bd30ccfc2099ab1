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
