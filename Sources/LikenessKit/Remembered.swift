import Synchronization

/// What was last made of a gallery, good until the gallery changes.
final class Remembered<Value: Sendable>: Sendable {
  private let last = Mutex<(revision: Int, value: Value)?>(nil)

  /// What was made of that revision; nil where it was of another, or of none.
  func value(at revision: Int?) -> Value? {
    last.withLock { $0?.revision == revision ? $0?.value : nil }
  }

  func keep(_ value: Value, at revision: Int) { last.withLock { $0 = (revision, value) } }

  func forget() { last.withLock { $0 = nil } }
}
