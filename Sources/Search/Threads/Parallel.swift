import Foundation
import Synchronization

/// As many as there are processors.
public let defaultThreads = ProcessInfo.processInfo.activeProcessorCount

/// Runs a body for 0 to `count - 1`, on several threads, each taking the next number when it is free.
package func inParallel(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  guard threads > 1, count > 1 else { return (0..<count).forEach(body) }
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while true {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard number < count else { return }
      body(number)
    }
  }
}

/// The first error of several threads.
final class FirstFailure: Sendable {
  private let failure = Guarded<IndexError?>(nil)

  func record(_ body: () throws(IndexError) -> Void) {
    do {
      try body()
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }

  func rethrow() throws(IndexError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
