import Dispatch

/// Lets a thread wait for something asynchronous. Where the work has no threads of its own, not for those of Swift's
/// cooperative pool, which it may need.
///
/// When it returns, nothing that `body` holds is held by another thread any more: what the caller gives up afterwards
/// is gone, and not taken down by somebody else while the program ends.
/// - Parameter executor: whose threads do the work; the pool's unless said.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws.
public func blocking<Value: Sendable>(
  on executor: (any TaskExecutor)? = nil, _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let work = Work(body)
  Task.detached(executorPreference: executor) { work.end(await work.result()) }
  return try work.wait().get()
}

/// Something that one thread waits for and another does.
private final class Work<Value: Sendable>: @unchecked Sendable {
  /// Set before the other thread begins, and then only its own.
  private var body: (@Sendable () async throws -> Value)?
  /// Written before the signal, read after it.
  private var result: Result<Value, any Error>?
  private let semaphore = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () async throws -> Value) { self.body = body }

  /// Does the work, and lets go of it.
  func result() async -> Result<Value, any Error> {
    let body = body.take()
    do {
      guard let body else { preconditionFailure("the work is done once") }
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }

  func end(_ result: Result<Value, any Error>) {
    self.result = result
    semaphore.signal()
  }

  func wait() -> Result<Value, any Error> {
    semaphore.wait()
    guard let result = result.take() else { preconditionFailure("a signal comes after the result") }
    return result
  }
}
