import Foundation
import GalleryCore
import VectorSearch

extension OpenGallery {
  /// Looks for temporary files that nobody uses any more.
  func checkLeftovers(_ options: CheckOptions, _ check: inout GalleryCheck) {
    func tell(_ files: [URL], _ text: String) {
      check.delete(files, .leftover, text, in: folder, options.repairs)
    }
    let manager = FileManager.default
    func existing(_ names: [String]) -> [URL] {
      names.map { folder.appendingPathComponent($0) }
        .filter { manager.fileExists(atPath: $0.path) }
    }
    // Who repairs holds the gallery's lock, so nobody is making a database.
    let databases = existing(["", "-journal", "-wal", "-shm"].map { "gallery.sqlite.new\($0)" })
      .filter { options.repairs || Self.isSettled($0) }
    tell(databases, "a database was left unfinished")
    tell(
      existing([".keys.json.new", ".keys.json.first"]).filter(Self.isSettled),
      "a list of keys was left unfinished")
    // Who makes a backup holds its lock.
    if !BackupLock.copies(in: folder).isEmpty, let lock = BackupLock(gallery: folder) {
      withExtendedLifetime(lock) {
        tell(BackupLock.copies(in: folder), "a copy of the database was left by a backup")
      }
    }
    let file = GalleryIndex.file(of: folder)
    let unfinished = VectorIndex.unfinished(beside: file)
    guard !unfinished.isEmpty else { return }
    if options.repairs {
      // Who writes the index is waited for, and then has left nothing.
      try? IndexFileLock.held(at: folder) {
        tell(VectorIndex.unfinished(beside: file), "an index was left unfinished")
      }
    } else {
      tell(unfinished.filter(Self.isSettled), "an index was left unfinished")
    }
  }
}
