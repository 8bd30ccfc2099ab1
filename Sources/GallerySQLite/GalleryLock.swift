import Foundation
import GalleryCore

/// The right to change a gallery, or to upgrade it: held by one process at a time, freed by the system when it ends.
final class GalleryLock: Sendable {
  private let descriptor: Int32

  /// - Parameters:
  ///   - lock: another right than to change the gallery.
  ///   - isBrief: does not record who holds it, as with a lock just taken: callers that wait for those
  ///     wait for this one, too.
  /// - Throws: `GalleryError.inUse`, with the holder's process id where it says so; `.readOnly`,
  ///   `.diskFull`, `.failed`
  init(_ files: GalleryFiles, of lock: URL? = nil, isBrief: Bool = false) throws(GalleryError) {
    let (file, path) = ((lock ?? files.lock).path, files.folder.path)
    // Not inherited: a child would keep the gallery locked after its parent's end. The property is set last: `deinit`
    // runs for all that has its properties, also where `init` throws, and would clear and close whatever has the
    // number by then.
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      switch errno {
      case ENOSPC, EDQUOT: throw .diskFull(path: path)
      case EROFS, EACCES, EPERM: throw .readOnly(path: path)
      default: throw .failed(path: path, detail: String(cString: strerror(errno)))
      }
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
        Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      close(descriptor)
      guard reason == EWOULDBLOCK else {
        throw .failed(path: path, detail: String(cString: strerror(reason)))
      }
      throw .inUse(path: path, pid: holder)
    }
    // Only to be named to others; the lock holds on a full disk as well.
    ftruncate(descriptor, 0)
    let text = isBrief ? "" : "\(getpid())\n"
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    self.descriptor = descriptor
  }

  deinit {
    ftruncate(descriptor, 0)
    // A child that is just being started holds a copy of the descriptor until it becomes its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
