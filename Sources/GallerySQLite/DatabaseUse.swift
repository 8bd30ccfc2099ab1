import GalleryCore
import Synchronization

/// Says for as long as it lives that this process has a gallery's database open, so that no other part of it opens
/// and closes the file besides: by POSIX's rules that would end SQLite's locks on it, and another process, taking
/// itself for the only one, would delete the log under the feet of this one.
final class DatabaseUse: Sendable {
  private static let uses = Mutex<[GalleryFiles.FileIdentity: Int]>([:])

  private let database: GalleryFiles.FileIdentity?

  /// Makes sure that the file is a gallery's, unless this process has done so already.
  /// - Throws: `GalleryError.notAGallery`, `.damaged`, `.failed`
  init(of files: GalleryFiles) throws(GalleryError) {
    let database = files.identity
    try Self.uses.withLock { uses throws(GalleryError) in
      guard let database else { return try files.checkIdentity() }
      if uses[database] == nil { try files.checkIdentity() }
      uses[database, default: 0] += 1
    }
    self.database = database
  }

  deinit {
    guard let database else { return }
    Self.uses.withLock { uses in
      let left = (uses[database] ?? 1) - 1
      uses[database] = left > 0 ? left : nil
    }
  }
}
