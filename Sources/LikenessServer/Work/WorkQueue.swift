import NIOPosix
import Synchronization

/// Threads for work that blocks, such as networks and the gallery, so that none of it holds up those that serve
/// connections.
///
/// Clients have turns: each time that a thread is free, the next one's oldest work begins, however much others wait for.
/// What waits is bounded. Where there is no more room, the last work of the client with most makes room for that of one
/// with less, else new work is refused at once; and what waits for a client that has gone away is dropped.
final class WorkQueue: Sendable {
  fileprivate struct Work {
    let client: Client
    /// Does it, and returns what tells whoever waits.
    let perform: @Sendable () -> @Sendable () -> Void
    let refuse: @Sendable (ServerError) -> Void
  }

  fileprivate struct State {
    /// How much is under way.
    var busy = 0
    /// The same by client; none is 0.
    var underWay: [String: Int] = [:]
    var waiting = 0
    /// What waits for each client, the oldest first; none is empty.
    var lines: [String: [Work]] = [:]
    /// The clients with lines, whose turn is next first.
    var turns: [String] = []
    var isStopped = false
  }

  private let pool: NIOThreadPool
  private let threads: Int
  private let spare: Int
  private let room: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - threads: how much is done side by side.
  ///   - spare: how much besides, each for a client of whose work nothing is under way, so that one with long work does
  ///     not stop all others.
  ///   - waiting: how much may wait.
  init(threads: Int, spare: Int = 0, waiting: Int) {
    pool = NIOThreadPool(numberOfThreads: threads + spare)
    (self.threads, self.spare, room) = (threads, spare, waiting)
    pool.start()
  }

  /// What is under way or waits.
  var load: Int { state.withLock { $0.busy + $0.waiting } }

  /// Whether something could be taken now.
  var hasRoom: Bool { load < threads + room }

  /// - Throws: `ServerError.busy`, `.stopping`, `.abandoned`, and what `body` throws
  func run<Result: Sendable>(
    for client: Client, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    do {
      return try await withCheckedThrowingContinuation { continuation in
        add(
          Work(client: client) {
            let result = Swift.Result { try body() }
            return { continuation.resume(with: result) }
          } refuse: {
            continuation.resume(throwing: $0)
          })
      }
    } catch is CancellationError {
      throw ServerError.stopping
    }
  }

  /// Returns when the threads have ended.
  func stop() async {
    let dropped = state.withLock { state in
      state.isStopped = true
      return state.removeAll { _ in true }
    }
    for work in dropped { work.refuse(.stopping) }
    try? await pool.shutdownGracefully()
  }

  // MARK: Turns

  private func add(_ work: Work) {
    let (begins, refused) = state.withLock { state -> (Bool, [(Work, ServerError)]) in
      guard !state.isStopped else { return (false, [(work, .stopping)]) }
      if state.mayBegin(work.client.name, threads: threads, spare: spare) {
        state.begin(work)
        return (true, [])
      }
      var refused: [(Work, ServerError)] = []
      if state.waiting >= room {
        refused = state.removeAll(where: \.client.isGone).map { ($0, .abandoned) }
      }
      if state.waiting >= room {
        guard let last = state.removeLast(ofMoreThan: work.client) else {
          return (false, refused + [(work, .busy)])
        }
        refused.append((last, .busy))
      }
      state.append(work)
      return (false, refused)
    }
    if begins { start(work) }
    for (work, error) in refused { work.refuse(error) }
  }

  private func start(_ work: Work) {
    pool.submit { [self] state in
      guard case .active = state else {
        end(work)
        return work.refuse(.stopping)
      }
      let tell = work.perform()
      // Whoever is told finds it ended.
      end(work)
      tell()
    }
  }

  /// Gives the thread to whose turn it is.
  private func end(_ work: Work) {
    let (next, gone) = state.withLock { state -> (Work?, [Work]) in
      state.end(work)
      var gone: [Work] = []
      while let next = state.removeNext(threads: threads, spare: spare) {
        guard !next.client.isGone else {
          gone.append(next)
          continue
        }
        state.begin(next)
        return (next, gone)
      }
      return (nil, gone)
    }
    if let next { start(next) }
    for work in gone { work.refuse(.abandoned) }
  }
}

extension WorkQueue.State {
  fileprivate func mayBegin(_ client: String, threads: Int, spare: Int) -> Bool {
    busy < threads || busy < threads + spare && underWay[client] == nil
  }

  fileprivate mutating func begin(_ work: WorkQueue.Work) {
    busy += 1
    underWay[work.client.name, default: 0] += 1
  }

  fileprivate mutating func end(_ work: WorkQueue.Work) {
    busy -= 1
    let left = underWay[work.client.name, default: 1] - 1
    underWay[work.client.name] = left > 0 ? left : nil
  }

  fileprivate mutating func append(_ work: WorkQueue.Work) {
    let name = work.client.name
    if lines[name] == nil { turns.append(name) }
    lines[name, default: []].append(work)
    waiting += 1
  }

  /// The oldest of the next client that may begin something.
  fileprivate mutating func removeNext(threads: Int, spare: Int) -> WorkQueue.Work? {
    guard let place = turns.firstIndex(where: { mayBegin($0, threads: threads, spare: spare) })
    else { return nil }
    let name = turns.remove(at: place)
    guard let next = lines[name]?.removeFirst() else { return nil }
    waiting -= 1
    if lines[name]?.isEmpty ?? true { lines[name] = nil } else { turns.append(name) }
    return next
  }

  /// The last that waits for the client with the longest line, if that has more than another would have with one more.
  fileprivate mutating func removeLast(ofMoreThan client: Client) -> WorkQueue.Work? {
    let own = lines[client.name]?.count ?? 0
    guard let longest = lines.max(by: { $0.value.count < $1.value.count }),
      longest.value.count > own + 1
    else { return nil }
    waiting -= 1
    return lines[longest.key]?.removeLast()
  }

  fileprivate mutating func removeAll(
    where isMeant: (WorkQueue.Work) -> Bool
  ) -> [WorkQueue.Work] {
    var meant: [WorkQueue.Work] = []
    for (name, line) in lines {
      var rest: [WorkQueue.Work] = []
      // Asked once each, since somebody may go away meanwhile.
      for work in line {
        if isMeant(work) { meant.append(work) } else { rest.append(work) }
      }
      lines[name] = rest.isEmpty ? nil : rest
    }
    turns.removeAll { lines[$0] == nil }
    waiting -= meant.count
    return meant
  }
}
