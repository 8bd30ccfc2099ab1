import GalleryCore

/// A gallery that is open for the questions of a task.
struct Session: Sendable {
  /// Whose questions they are.
  var owner: OpenGallery
  var store: any FaceStore
}

extension OpenGallery {
  /// The session of this task.
  @TaskLocal static var session: Session?

  /// When a question was asked that this task answers.
  private struct Asked: Sendable {
    var owner: ObjectIdentifier
    var revision: Int
  }

  @TaskLocal private static var asked: Asked?

  /// Answers a question that has waited since the gallery was at a revision: whatever was made of all faces since then, for
  /// somebody else, is new enough, so that many who wait are answered by one piece of work.
  ///
  /// An answer is never older than its question.
  /// - Throws: what `body` throws
  package func answering<Value>(
    since revision: Int, _ body: () throws -> Value
  ) rethrows -> Value {
    try Self.$asked.withValue(
      Asked(owner: ObjectIdentifier(self), revision: revision), operation: body)
  }

  /// The revision at which the question of this task was asked; the present one unless it has waited.
  /// - Throws: `GalleryError`
  func revisionAsked() throws -> Int {
    let now = try revision()
    guard let asked = Self.asked, asked.owner == ObjectIdentifier(self) else { return now }
    // A gallery that was put back from a copy begins to count anew.
    return min(asked.revision, now)
  }

  /// Opens the gallery once for several questions, each of which sees one state of it.
  ///
  /// What other threads than the calling one ask within `body` is not part of it.
  /// - Throws: what `body` throws, and `GalleryError`
  public func whileOpen<Value>(_ body: () throws -> Value) throws -> Value {
    guard Self.session?.owner !== self, let store = try existingStore() else { return try body() }
    return try Self.$session.withValue(Session(owner: self, store: store), operation: body)
  }

  /// Asks several questions of one state of the gallery, which is opened once for all of them. A question on its own is a session
  /// of its own.
  ///
  /// What `body` changes is seen when the session has ended, and what was removed meanwhile is erased from the disk only then: do
  /// not look at photos in it. A gallery in Milvus has no such states; of it each question sees the present one.
  /// - Throws: what `body` throws, and `GalleryError`
  public func withSession<Value>(_ body: () throws -> Value) throws -> Value {
    try whileOpen {
      guard let session = Self.session, session.owner === self else { return try body() }
      return try session.store.withSnapshot(body)
    }
  }

  /// What `body` makes of the gallery, made again where the gallery became one of another model in between: embeddings
  /// of two models have no distance.
  func withOneModel<Result>(_ body: (any FaceStore) throws -> Result) throws -> Result {
    try whileOpen {
      let store = try reader()
      var model = try store.embeddingModel()
      // An upgrade takes long: no question meets two of them.
      for _ in 0..<3 {
        let result = Swift.Result { try body(store) }
        let now = try store.embeddingModel()
        if now == model { return try result.get() }
        model = now
      }
      throw GalleryError.inUse(path: place.path, pid: nil)
    }
  }
}
