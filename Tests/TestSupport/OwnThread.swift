import Foundation

/// Work that waits for something asynchronous: not on the threads that tests run on, which that may need itself.
public enum OwnThread {
  public static func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
  }
}
