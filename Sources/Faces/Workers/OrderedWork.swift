import Foundation
import LikenessCore

/// Work on many inputs side by side, with the results taken in the order of the inputs.
///
/// Only a window of inputs is under way at once, so memory stays flat however many there are.
package enum OrderedWork {
  /// - Parameters:
  ///   - jobs: how many threads work.
  ///   - window: how many inputs are begun or waiting to be taken at once; by default four a thread.
  ///   - isCancelled: asked before each input; once true, what is under way is finished and no more
  ///     begun.
  ///   - makeWorker: called on each thread once; what it returns is called on that thread only.
  ///   - consume: called on the calling thread, in the order of the inputs.
  /// - Throws: the first error of `makeWorker` or `consume`; the threads have ended by then.
  package static func run<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], jobs: Int, window: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    makeWorker: @escaping @Sendable () throws -> (Input) -> Output,
    consume: (Int, Output) throws -> Void
  ) throws {
    let board = Board<Output>(count: inputs.count, window: window ?? max(8, jobs * 4))
    var threads: [WorkerThread] = []
    defer {
      board.stop()
      for thread in threads { thread.join() }
    }
    for _ in 0..<max(1, min(jobs, inputs.count)) {
      board.willStart()
      // Image decoders put whole rows on the stack.
      let thread = try WorkerThread(stackSize: 8 << 20) {
        defer { board.workerEnded() }
        do {
          let work = try makeWorker()
          while let index = board.next(isCancelled) { board.post(index, work(inputs[index])) }
        } catch {
          board.fail(error)
        }
      }
      threads.append(thread)
    }
    while let (index, output) = try board.take() { try consume(index, output) }
  }

  /// As above, where a worker does better with several inputs at once.
  /// - Parameters:
  ///   - batchSize: the maximum number of inputs that a worker gets at once; fewer where some threads would be idle otherwise.
  ///   - makeWorker: what it returns gives an output for each of its inputs, in their order.
  package static func run<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], jobs: Int, batchSize: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    makeWorker: @escaping @Sendable () throws -> ([Input]) -> [Output],
    consume: (Int, Output) throws -> Void
  ) throws {
    let size = max(1, min(batchSize, inputs.count / max(1, 4 * jobs)))
    let groups = stride(from: 0, to: inputs.count, by: size).map {
      Array(inputs[$0..<min(inputs.count, $0 + size)])
    }
    try run(
      groups, jobs: jobs, window: jobs + max(1, max(8, jobs * 4) / size),
      isCancelled: isCancelled, makeWorker: makeWorker
    ) { group, outputs in
      for (place, output) in outputs.enumerated() { try consume(group * size + place, output) }
    }
  }
}

/// What the threads share; every field is guarded by `condition`.
private final class Board<Output: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private let window: Int
  private var started = 0
  private var taken = 0
  private var results: [Int: Output] = [:]
  private var running = 0
  private var failure: (any Error)?
  private var isStopped = false

  init(count: Int, window: Int) {
    self.count = count
    self.window = window
  }

  private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body()
  }

  func willStart() { locked { running += 1 } }

  func next(_ isCancelled: () -> Bool) -> Int? {
    locked {
      while !isStopped, started < count, started - taken >= window { condition.wait() }
      guard !isStopped, started < count, !isCancelled() else { return nil }
      started += 1
      return started - 1
    }
  }

  func post(_ index: Int, _ output: Output) {
    locked {
      results[index] = output
      condition.broadcast()
    }
  }

  func fail(_ error: any Error) {
    locked {
      failure = failure ?? error
      isStopped = true
      condition.broadcast()
    }
  }

  func workerEnded() {
    locked {
      running -= 1
      condition.broadcast()
    }
  }

  func take() throws -> (Int, Output)? {
    try locked {
      while true {
        if let failure { throw failure }
        if let output = results.removeValue(forKey: taken) {
          taken += 1
          condition.broadcast()
          return (taken - 1, output)
        }
        if running == 0 { return nil }
        condition.wait()
      }
    }
  }

  func stop() {
    locked {
      isStopped = true
      condition.broadcast()
    }
  }
}
