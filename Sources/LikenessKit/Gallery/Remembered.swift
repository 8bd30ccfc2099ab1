import Synchronization

/// What was last made of a gallery, good for whoever asked before the gallery changed. Nothing is kept of a gallery that is
/// not kept open.
final class Remembered<Value: Sendable>: Sendable {
  private let gallery: OpenGallery
  private let last: Last

  /// Apart from the rest, so that the gallery does not own who owns it.
  private final class Last: Sendable {
    struct State {
      var kept: (revision: Int, value: Value)?
      /// How often all was forgotten: what was begun before is not kept.
      var epoch = 0
    }

    let state = Mutex(State())
  }

  /// A state of the gallery that something is made of.
  struct Making: Sendable {
    /// The gallery's, before anything of it was read.
    let revision: Int
    fileprivate let epoch: Int
  }

  init(of gallery: OpenGallery) {
    let last = Last()
    (self.gallery, self.last) = (gallery, last)
    gallery.whenForgotten {
      last.state.withLock { state in
        state.kept = nil
        state.epoch += 1
      }
    }
  }

  /// Notes the state of the gallery, before it is read.
  /// - Throws: `GalleryError`
  func begin() throws -> Making {
    // First the revision: opening a gallery that lies elsewhere now forgets.
    let revision = try gallery.revision()
    return Making(revision: revision, epoch: last.state.withLock { $0.epoch })
  }

  /// What was made of the gallery's present state, or of one since this question was asked (`OpenGallery.answering`); nil where
  /// there is nothing of that kind.
  /// - Throws: `GalleryError`
  func value() throws -> Value? { value(since: try gallery.revisionAsked()) }

  private func value(since asked: Int) -> Value? {
    // The revisions of a gallery that many machines share are times of their clocks, which differ.
    let isShared = gallery.place.isServer
    return last.state.withLock { state in
      guard let kept = state.kept else { return nil }
      return (isShared ? kept.revision == asked : kept.revision >= asked) ? kept.value : nil
    }
  }

  /// Whether there is something made of the gallery as it is now, or since this question was asked.
  var isAtHand: Bool { gallery.isKeptOpen && (try? value()) != nil }

  /// Keeps what was made, if the gallery is kept open.
  ///
  /// Others may have changed the gallery meanwhile: who asked before they did is answered by it all the same, as the one is for
  /// whom it was made, and who asks from now on is not.
  /// - Parameter changed: whether making it was itself a change of the gallery, the only one if its revision is the next.
  /// - Throws: `GalleryError`
  func keep(_ value: Value, of making: Making, changed: Bool = false) throws {
    guard gallery.isKeptOpen else { return }
    let now = try gallery.revision()
    var revision = making.revision
    if changed, now == revision + 1 { revision = now }
    if gallery.place.isServer, now != revision { return }
    last.state.withLock { state in
      guard state.epoch == making.epoch else { return }
      if let kept = state.kept, kept.revision > revision, !gallery.place.isServer { return }
      state.kept = (revision, value)
    }
  }
}
