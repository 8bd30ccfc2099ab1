import Foundation

/// The right to change a gallery: held by one process at a time, freed by the system when it ends.
final class GalleryLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `GalleryError.inUse`, with the holder's process id where it says so.
  init(folder: URL) throws(GalleryError) {
    let file = folder.appendingPathComponent("gallery.lock").path
    descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw errno == ENOSPC ? .diskFull(path: folder.path) : .readOnly(path: folder.path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
        Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      close(descriptor)
      throw .inUse(path: folder.path, pid: holder)
    }
    let text = "\(getpid())\n"
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  deinit { close(descriptor) }
}
