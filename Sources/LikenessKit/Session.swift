import GalleryCore

/// What one question sees: a store that was opened once, and of it one state.
struct Session: Sendable {
  /// Whose question it is.
  var owner: Likeness
  var store: any FaceStore
}

extension Likeness {
  /// The session of this task.
  @TaskLocal static var session: Session?

  /// Asks several questions of one state of the gallery, which is opened once for all of them. A question on its own is a session
  /// of its own.
  ///
  /// What other threads than the calling one ask within `body`, and what `body` changes, are not part of it: changes are seen
  /// when the session has ended. A gallery in Milvus has no such states; of it each question sees the present one.
  /// - Throws: what `body` throws, and `GalleryError`
  public func withSession<Value>(_ body: () throws -> Value) throws -> Value {
    if let session = Self.session, session.owner === self { return try body() }
    // Whoever can do without a gallery may find out by themselves that there is none.
    guard let store = try? reader() else { return try body() }
    return try store.withSnapshot {
      try Self.$session.withValue(Session(owner: self, store: store), operation: body)
    }
  }
}
