import Synchronization

/// What was last made of a gallery, good until the gallery changes. Nothing is kept of a gallery that is not kept open.
final class Remembered<Value: Sendable>: Sendable {
  private let gallery: OpenGallery
  private let last: Last

  /// Apart from the rest, so that the gallery does not own who owns it.
  private final class Last: Sendable {
    let kept = Mutex<(revision: Int, value: Value)?>(nil)
  }

  init(of gallery: OpenGallery) {
    let last = Last()
    (self.gallery, self.last) = (gallery, last)
    gallery.whenForgotten { last.kept.withLock { $0 = nil } }
  }

  /// What was made of that revision; nil where it was of another, or of none.
  func value(at revision: Int?) -> Value? {
    last.kept.withLock { $0?.revision == revision ? $0?.value : nil }
  }

  /// Whether there is something made of the gallery as it is now.
  var isAtHand: Bool { gallery.isKeptOpen && value(at: try? gallery.revision()) != nil }

  /// Keeps what was made of a revision, if the gallery is kept open and still at it.
  func keep(_ value: Value, at revision: Int) throws {
    guard gallery.isKeptOpen, try gallery.revision() == revision else { return }
    last.kept.withLock { $0 = (revision, value) }
  }
}
