import Foundation
import LikenessKit
import Synchronization

/// Long work and how far it is, as it is answered.
struct Job: Sendable, Encodable {
  enum State: String, Sendable, Encodable {
    case queued, running, done, failed, cancelled

    var isEnd: Bool { self == .done || self == .failed || self == .cancelled }
  }

  var job: String
  var kind: String
  var state = State.queued
  var done = 0
  /// 0 while it is not known.
  var total = 0
  @OrNull var message: String?
  var created: String
  @OrNull var finished: String?
}

/// Long work, one piece after the other, for anybody to watch.
final class JobBoard: Sendable {
  /// How a piece of work says how far it is, and learns that it is to stop.
  struct Handle: Sendable {
    let progress: @Sendable (Int, Int) -> Void
    let isCancelled: @Sendable () -> Bool

    /// Says how far the work is, and ends it where that is wanted.
    /// - Throws: `CancellationError`
    func step(_ done: Int, _ total: Int) throws {
      progress(done, total)
      if isCancelled() { throw CancellationError() }
    }
  }

  private struct Entry {
    var job: Job
    /// Whether it begins anew what was made before.
    var isAnew: Bool
    var isCancelled = false
    var watchers: [Int: AsyncStream<Job>.Continuation] = [:]
  }

  private struct Board {
    var entries: [String: Entry] = [:]
    var order: [String] = []
    var nextWatcher = 0
  }

  /// So many are remembered.
  private static let maximumCount = 100

  private let likeness: Likeness
  private let queue = WorkQueue(threads: 1, waiting: 16)
  private let board = Mutex(Board())

  init(_ likeness: Likeness) { self.likeness = likeness }

  /// Begins work, or names that of the same kind which waits or goes on already and does as much.
  /// - Parameter anew: whether it begins anew what was made before.
  /// - Throws: `ServerError.busy`
  func start(
    _ kind: String, anew: Bool = false,
    _ body: @escaping @Sendable (Likeness, Handle) throws -> Void
  ) throws -> Job {
    let (job, isNew) = try board.withLock { board -> (Job, Bool) in
      if let running = board.entries.values.first(where: {
        $0.job.kind == kind && !$0.job.state.isEnd && !$0.isCancelled && ($0.isAnew || !anew)
      }) {
        return (running.job, false)
      }
      guard queue.hasRoom else { throw ServerError.busy }
      let job = Job(
        job: UUID().uuidString.lowercased(), kind: kind, created: Date().formatted(.iso8601))
      board.entries[job.job] = Entry(job: job, isAnew: anew)
      board.order.append(job.job)
      let ended = board.order.filter { board.entries[$0]?.job.state.isEnd ?? true }
      for old in ended.prefix(max(0, board.order.count - Self.maximumCount)) {
        board.entries[old] = nil
        board.order.removeAll { $0 == old }
      }
      return (job, true)
    }
    if isNew { Task { await run(job.job, body) } }
    return job
  }

  private func run(
    _ id: String, _ body: @escaping @Sendable (Likeness, Handle) throws -> Void
  ) async {
    let handle = Handle(
      progress: { [self] done, total in
        update(id) { ($0.done, $0.total) = (done, total) }
      }, isCancelled: { [self] in isCancelled(id) })
    let likeness = likeness
    do {
      try await queue.run(for: .server) { [self] in
        guard !isCancelled(id) else { throw CancellationError() }
        update(id) { $0.state = .running }
        try body(likeness, handle)
      }
      finish(id, .done, nil)
    } catch {
      let isStopped = isCancelled(id)
      finish(id, isStopped ? .cancelled : .failed, isStopped ? nil : ServerError(error).message)
    }
  }

  private func isCancelled(_ id: String) -> Bool {
    board.withLock { $0.entries[id]?.isCancelled ?? true }
  }

  private func update(_ id: String, _ change: (inout Job) -> Void) {
    board.withLock { board in
      guard var entry = board.entries[id] else { return }
      change(&entry.job)
      board.entries[id] = entry
      for watcher in entry.watchers.values { watcher.yield(entry.job) }
    }
  }

  private func finish(_ id: String, _ state: Job.State, _ message: String?) {
    update(id) { job in
      job.state = state
      job.message = message
      job.finished = Date().formatted(.iso8601)
      if state == .done, job.total > 0 { job.done = job.total }
    }
    board.withLock { board in
      for watcher in board.entries[id]?.watchers.values ?? [:].values { watcher.finish() }
      board.entries[id]?.watchers = [:]
    }
  }

  /// The last first.
  var all: [Job] {
    board.withLock { board in board.order.reversed().compactMap { board.entries[$0]?.job } }
  }

  /// - Throws: `ServerError` with the code `unknown_job`
  func job(_ id: String) throws -> Job {
    guard let job = board.withLock({ $0.entries[id]?.job }) else {
      throw ServerError(.notFound, "unknown_job", "There is no such job.")
    }
    return job
  }

  /// Asks a job to stop.
  func cancel(_ id: String) throws -> Job {
    board.withLock { $0.entries[id]?.isCancelled = true }
    return try job(id)
  }

  /// How far a job is, again and again until it ends; the last is how it ended.
  func watch(_ id: String) throws -> AsyncStream<Job> {
    let now = try job(id)
    return AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
      continuation.yield(now)
      let number = board.withLock { board -> Int? in
        guard var entry = board.entries[id], !entry.job.state.isEnd else {
          if let job = board.entries[id]?.job { continuation.yield(job) }
          return nil
        }
        board.nextWatcher += 1
        entry.watchers[board.nextWatcher] = continuation
        board.entries[id] = entry
        return board.nextWatcher
      }
      guard let number else { return continuation.finish() }
      continuation.onTermination = { [self] _ in
        // Not while the lock is held, as by whoever ends the stream.
        Task { board.withLock { $0.entries[id]?.watchers[number] = nil } }
      }
    }
  }

  /// Stops all of it.
  /// - Returns: false where what is under way does not end in time.
  func stop(within time: Duration) async -> Bool {
    let watchers = board.withLock { board -> [AsyncStream<Job>.Continuation] in
      var watchers: [AsyncStream<Job>.Continuation] = []
      for id in board.order {
        board.entries[id]?.isCancelled = true
        watchers += board.entries[id]?.watchers.values.map { $0 } ?? []
      }
      return watchers
    }
    for watcher in watchers { watcher.finish() }
    let deadline = ContinuousClock.now + time
    while queue.load > 0 {
      guard ContinuousClock.now < deadline else { return false }
      try? await Task.sleep(for: .milliseconds(20))
    }
    await queue.stop()
    return true
  }
}
