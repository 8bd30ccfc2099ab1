import NIOPosix
import Synchronization

/// Threads for work that blocks, such as networks and the gallery, so that none of it holds up those that serve
/// connections.
///
/// Clients have turns: each time that a thread is free, the next one's oldest work begins, however much others wait for.
/// What waits is bounded. Where there is no more room, the last work of the client with most makes room for that of one
/// with less, else new work is refused at once; and what waits for a client that has gone away is dropped.
final class WorkQueue: Sendable {
  fileprivate typealias Turn = CheckedContinuation<Void, any Error>

  fileprivate struct Waiting {
    let client: Client
    let turn: Turn
  }

  fileprivate struct State {
    /// How many threads work.
    var busy = 0
    var waiting = 0
    /// What waits for each client, the oldest first; none is empty.
    var lines: [String: [Waiting]] = [:]
    /// The clients with lines, whose turn is next first.
    var turns: [String] = []
    var isStopped = false
  }

  private let pool: NIOThreadPool
  private let threads: Int
  private let room: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - threads: how much is done side by side.
  ///   - waiting: how much may wait besides.
  init(threads: Int, waiting: Int) {
    pool = NIOThreadPool(numberOfThreads: threads)
    (self.threads, room) = (threads, waiting)
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
    try await withCheckedThrowingContinuation { wait(client, $0) }
    defer { handOn() }
    do {
      return try await pool.runIfActive(body)
    } catch is NIOThreadPoolError.ThreadPoolInactive {
      throw ServerError.stopping
    } catch is CancellationError {
      throw ServerError.stopping
    }
  }

  /// Returns when the threads have ended.
  func stop() async {
    let dropped = state.withLock { state in
      state.isStopped = true
      defer { (state.lines, state.turns, state.waiting) = ([:], [], 0) }
      return state.lines.values.flatMap(\.self)
    }
    for waiting in dropped { waiting.turn.resume(throwing: ServerError.stopping) }
    try? await pool.shutdownGracefully()
  }

  // MARK: Turns

  /// Resumes a turn when a thread is free for it, or says why it never is.
  private func wait(_ client: Client, _ turn: Turn) {
    enum Outcome {
      case begins, waits
      case refused(ServerError)
    }
    let (outcome, dropped) = state.withLock { state -> (Outcome, [(Waiting, ServerError)]) in
      guard !state.isStopped else { return (.refused(.stopping), []) }
      if state.busy < threads {
        state.busy += 1
        return (.begins, [])
      }
      var dropped: [(Waiting, ServerError)] = []
      if state.waiting >= room {
        dropped = state.removeGone().map { ($0, .abandoned) }
        if state.waiting >= room {
          guard let last = state.removeLast(ofMoreThan: client) else {
            return (.refused(.busy), dropped)
          }
          dropped.append((last, .busy))
        }
      }
      state.append(Waiting(client: client, turn: turn))
      return (.waits, dropped)
    }
    for (waiting, error) in dropped { waiting.turn.resume(throwing: error) }
    switch outcome {
    case .begins: turn.resume()
    case .waits: break
    case .refused(let error): turn.resume(throwing: error)
    }
  }

  /// Gives a thread that is free to whose turn it is.
  private func handOn() {
    let (next, gone) = state.withLock { state -> (Waiting?, [Waiting]) in
      var gone: [Waiting] = []
      while let next = state.removeNext() {
        if !next.client.isGone { return (next, gone) }
        gone.append(next)
      }
      state.busy -= 1
      return (nil, gone)
    }
    for waiting in gone { waiting.turn.resume(throwing: ServerError.abandoned) }
    next?.turn.resume()
  }
}

extension WorkQueue.State {
  fileprivate mutating func append(_ new: WorkQueue.Waiting) {
    let name = new.client.name
    if lines[name] == nil { turns.append(name) }
    lines[name, default: []].append(new)
    waiting += 1
  }

  fileprivate mutating func removeNext() -> WorkQueue.Waiting? {
    guard let name = turns.first, let next = lines[name]?.removeFirst() else { return nil }
    turns.removeFirst()
    waiting -= 1
    if lines[name]?.isEmpty ?? true { lines[name] = nil } else { turns.append(name) }
    return next
  }

  /// The last that waits for the client with the longest line, if that has more than another would have with one more.
  fileprivate mutating func removeLast(ofMoreThan client: Client) -> WorkQueue.Waiting? {
    let own = lines[client.name]?.count ?? 0
    guard let longest = lines.max(by: { $0.value.count < $1.value.count }),
      longest.value.count > own + 1
    else { return nil }
    waiting -= 1
    return lines[longest.key]?.removeLast()
  }

  fileprivate mutating func removeGone() -> [WorkQueue.Waiting] {
    let gone = lines.values.flatMap { $0.filter(\.client.isGone) }
    guard !gone.isEmpty else { return [] }
    lines = lines.mapValues { $0.filter { !$0.client.isGone } }.filter { !$0.value.isEmpty }
    turns.removeAll { lines[$0] == nil }
    waiting = lines.values.reduce(0) { $0 + $1.count }
    return gone
  }
}
