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
  /// Looks at photos.
  let photos: WorkQueue
  /// Reads the gallery.
  let questions: WorkQueue
  /// Changes the gallery, one thing after the other.
  let changes: WorkQueue
  let jobs: JobBoard

  init(_ likeness: Likeness, _ configuration: ServerConfiguration) {
    self.likeness = likeness
    self.configuration = configuration
    keys = KeyRing(gallery: likeness.gallery)
    audit = AuditLog(gallery: likeness.gallery)
    budget = ByteBudget(limit: configuration.uploadBudget)
    photos = WorkQueue(threads: configuration.jobs, waiting: configuration.queue)
    questions = WorkQueue(threads: max(2, configuration.jobs), waiting: 512)
    changes = WorkQueue(threads: 1, waiting: 256)
    jobs = JobBoard(likeness)
  }

  /// Lets what is under way end.
  func stop() async {
    await jobs.stop()
    await photos.stop()
    await questions.stop()
    await changes.stop()
  }
}
