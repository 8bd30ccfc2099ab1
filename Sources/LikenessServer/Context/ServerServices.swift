import LikenessKit

/// What all requests share.
final class ServerServices: Sendable {
  let likeness: Likeness
  let configuration: ServerConfiguration
  let keys: KeyRing
  let sessions = Sessions()
  let audit: AuditLog
  let metrics = ServerMetrics()
  let budget: ByteBudget
  let connections: Connections
  /// Looks at photos.
  let photos: WorkQueue
  /// Reads the gallery.
  let questions: WorkQueue
  /// Makes what is made of all faces, one after the other: whoever asks for the same finds it made.
  let derivations: WorkQueue
  /// Makes photos smaller, to be looked at.
  let pictures: WorkQueue
  /// Changes the gallery, one thing after the other.
  let changes: WorkQueue
  let jobs: JobBoard
  let reviews: ReviewSessions

  init(_ likeness: Likeness, _ configuration: ServerConfiguration) {
    self.likeness = likeness
    self.configuration = configuration
    keys = KeyRing(gallery: likeness.gallery.folder)
    audit = AuditLog(gallery: likeness.gallery.folder)
    budget = ByteBudget(limit: configuration.uploadBudget)
    connections = Connections(
      maximum: configuration.maximumConnections
        ?? Connections.maximum(ofDescriptors: Connections.descriptors))
    photos = WorkQueue(threads: configuration.jobs, waiting: configuration.queue)
    questions = WorkQueue(threads: max(2, configuration.jobs), spare: 1, waiting: 512)
    changes = WorkQueue(threads: 1, waiting: 256)
    derivations = WorkQueue(threads: 1, waiting: 32)
    pictures = WorkQueue(threads: configuration.jobs, waiting: 512)
    jobs = JobBoard(likeness)
    reviews = ReviewSessions(likeness)
  }

  /// Whether everybody has to show a key: always where others can connect, even if the last key was taken back.
  var needsKey: Bool { !configuration.isLoopback || keys.areNeeded }

  /// Lets what is under way end.
  /// - Returns: false where long work does not end in time.
  func stop() async -> Bool {
    defer { audit.writeRefusals() }
    let hasEnded = await jobs.stop(within: .seconds(10))
    for queue in [photos, pictures, questions, changes] { await queue.stop() }
    // A derivation of a large gallery takes minutes and nobody waits for it any more.
    return hasEnded && derivations.load == 0
  }
}
