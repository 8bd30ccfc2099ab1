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
