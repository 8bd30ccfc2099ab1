import Foundation
import GalleryCore
import LikenessCore

/// The right to change a gallery, or to upgrade it: held by one process at a time, freed by the system when it ends.
///
/// Writers take turns. Who waits stands in a second file, `gallery.next`, so that a writer that lets go of the gallery and wants
/// it again comes after whoever waits.
final class GalleryLock: Sendable {
  private let descriptor: Int32

  /// - Parameters:
  ///   - lock: another right than to change the gallery; nobody queues for it.
  ///   - isBrief: is held for a turn only. It does not record who holds it: others wait for it, while one that records this is
  ///     held for a whole task and refuses others at once.
  ///   - patience: how long to wait for a turn.
  /// - Throws: `GalleryError.inUse`, with the holder's process id where it says so; `.readOnly`,
  ///   `.diskFull`, `.failed`
  init(
    _ files: GalleryFiles, of lock: URL? = nil, isBrief: Bool = false, patience: Duration = .zero
  ) throws(GalleryError) {
    let (file, path) = ((lock ?? files.lock).path, files.folder.path)
    let deadline = ContinuousClock.now + patience
    let place = try lock == nil ? Self.open(files.next.path, path) : -1
    defer { if place >= 0 { Self.release(place) } }
    let descriptor = try Self.open(file, path)
    do throws(GalleryError) {
      for wanted in [place, descriptor] where wanted >= 0 {
        try Self.take(wanted, until: deadline, holder: file, path)
      }
    } catch {
      close(descriptor)
      throw error
    }
    // Only to be named to others; the lock holds on a full disk as well.
    ftruncate(descriptor, 0)
    let text = isBrief ? "" : "\(getpid())\n"
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    // Set last: `deinit` runs for all that has its properties, also where `init` throws, and would clear and close
    // whatever has the number by then.
    self.descriptor = descriptor
  }

  deinit {
    ftruncate(descriptor, 0)
    Self.release(descriptor)
  }

  private static func open(_ file: String, _ path: String) throws(GalleryError) -> Int32 {
    // Not inherited: a child would keep the gallery locked after its parent's end.
    let descriptor = Foundation.open(
      file, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFiles.fileMode)
    if descriptor >= 0 { return descriptor }
    switch errno {
    case ENOSPC, EDQUOT: throw .diskFull(path: path)
    case EROFS, EACCES, EPERM: throw .readOnly(path: path)
    default: throw .failed(path: path, detail: String(cString: strerror(errno)))
    }
  }

  /// Waits until the lock is free, unless it is held for a whole task.
  private static func take(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant, holder file: String,
    _ path: String
  ) throws(GalleryError) {
    var seen: Int32?
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      guard reason == EWOULDBLOCK else {
        throw .failed(path: path, detail: String(cString: strerror(reason)))
      }
      let holder = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
        Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      // Twice: who has just taken the lock may not have cleared what a killed process left.
      if ContinuousClock.now >= deadline || (holder != nil && holder == seen) {
        throw .inUse(path: path, pid: holder)
      }
      seen = holder
      // Less than any turn takes, so that nobody has two before who waits has one.
      usleep(1_000)
    }
  }

  /// A child that is just being started holds a copy of the descriptor until it becomes its program: closing it alone
  /// would not free the lock.
  private static func release(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
