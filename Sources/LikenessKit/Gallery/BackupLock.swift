import Foundation

/// The right to make a backup of a gallery: held by one process at a time, freed by the system when it ends.
final class BackupLock {
  private let descriptor: Int32

  /// Nil while another process makes a backup, or where the gallery's folder cannot be written.
  init?(gallery: URL) {
    let path = gallery.appendingPathComponent("backup.lock").path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Where the database is copied to for a backup.
  static func copy(in gallery: URL) -> URL { gallery.appendingPathComponent("backup.sqlite") }

  /// Deletes the copy that a backup has left that was killed: nobody who is removed from the gallery is to stay in it.
  static func sweep(_ gallery: URL) {
    guard !copies(in: gallery).isEmpty, let lock = BackupLock(gallery: gallery) else { return }
    withExtendedLifetime(lock) { for file in copies(in: gallery) { unlink(file.path) } }
  }

  /// The copy, and what SQLite may have left beside it, as far as they are there.
  static func copies(in gallery: URL) -> [URL] {
    ["", "-journal", "-wal", "-shm"]
      .map { URL(fileURLWithPath: copy(in: gallery).path + $0) }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }
}
