import NIOPosix
import Synchronization

/// Threads for work that blocks, such as networks and the gallery, so that none of it holds up those that serve
/// connections. What waits is bounded: more is refused at once.
final class WorkQueue: Sendable {
  private let pool: NIOThreadPool
  private let capacity: Int
  private let held = Atomic(0)

  /// - Parameters:
  ///   - threads: how much is done side by side.
  ///   - waiting: how much may wait besides.
  init(threads: Int, waiting: Int) {
    pool = NIOThreadPool(numberOfThreads: threads)
    capacity = threads + waiting
    pool.start()
  }

  /// What is under way or waits.
  var load: Int { held.load(ordering: .relaxed) }

  /// Whether something could be taken now.
  var hasRoom: Bool { load < capacity }

  /// - Throws: `ServerError.busy`, `.stopping`, and what `body` throws
  func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    guard held.add(1, ordering: .relaxed).newValue <= capacity else {
      held.subtract(1, ordering: .relaxed)
      throw ServerError.busy
    }
    defer { held.subtract(1, ordering: .relaxed) }
    do {
      return try await pool.runIfActive(body)
    } catch is NIOThreadPoolError.ThreadPoolInactive {
      throw ServerError.stopping
    } catch is CancellationError {
      throw ServerError.stopping
    }
  }

  /// Returns when the threads have ended.
  func stop() async { try? await pool.shutdownGracefully() }
}
