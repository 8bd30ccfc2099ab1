import Foundation
import LikenessKit
import Synchronization
import Testing

@testable import LikenessServer

@Suite struct WorkTests {
  @Test func whatWaitsIsBounded() async throws {
    let queue = WorkQueue(threads: 1, waiting: 2)
    let gate = DispatchSemaphore(value: 0)
    async let first: Int = queue.run {
      gate.wait()
      return 1
    }
    async let second: Int = queue.run { 2 }
    async let third: Int = queue.run { 3 }
    while queue.load < 3 { await Task.yield() }
    #expect(!queue.hasRoom)
    await #expect(throws: ServerError.self) { try await queue.run { 4 } }
    gate.signal()
    #expect(try await [first, second, third] == [1, 2, 3])
    #expect(try await queue.run { 5 } == 5)
    await queue.stop()
    await #expect(throws: ServerError.self) { try await queue.run { 6 } }
  }

  @Test func bytesAreBounded() async throws {
    let budget = ByteBudget(limit: 100)
    do {
      let (first, second) = (budget.share(), budget.share())
      try first.add(60)
      #expect(throws: ServerError.self) { try second.add(60) }
      try second.add(40)
      #expect(throws: ServerError.self) { try first.add(1) }
      withExtendedLifetime(first) {}
    }
    try budget.share().add(100)
  }

  @Test func jobsTellHowFarTheyAre() async throws {
    let board = JobBoard(Likeness(gallery: URL(fileURLWithPath: "/nonexistent")))
    let gate = DispatchSemaphore(value: 0)
    let job = try board.start("test") { _, handle in
      gate.wait()
      handle.progress(1, 2)
    }
    #expect(try board.start("test") { _, _ in }.job == job.job, "one of a kind at a time")
    let anew = try board.start("test", anew: true) { _, handle in try handle.step(3, 3) }
    #expect(anew.job != job.job, "what is under way does less")
    let updates = try board.watch(job.job)
    gate.signal()
    var seen: [Job] = []
    for await update in updates { seen.append(update) }
    #expect(seen.last?.state == .done && seen.last?.done == 2)
    #expect(try board.job(job.job).finished != nil)

    let failing = try board.start("fails") { _, _ in throw LikenessError.unknownFace(1) }
    for await _ in try board.watch(failing.job) {}
    #expect(try board.job(failing.job).state == .failed)
    #expect(try board.job(failing.job).message == "There is no such face.")

    let begun = DispatchSemaphore(value: 0)
    let long = try board.start("long") { _, handle in
      begun.signal()
      while true {
        try handle.step(1, 2)
        usleep(1_000)
      }
    }
    await Task.detached { Self.wait(begun) }.value
    _ = try board.cancel(long.job)
    for await _ in try board.watch(long.job) {}
    #expect(try board.job(long.job).state == .cancelled)
    #expect(throws: ServerError.self) { try board.job("none") }
    #expect(await board.stop(within: .seconds(60)))
  }

  private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }
}
