import Foundation
import LikenessKit
import NIOEmbedded
import Synchronization
import Testing

@testable import LikenessServer

@Suite struct WorkTests {
  @Test func whatWaitsIsBounded() async throws {
    let queue = WorkQueue(threads: 1, waiting: 2)
    let gate = DispatchSemaphore(value: 0)
    async let first: Int = queue.run(for: .server) {
      gate.wait()
      return 1
    }
    async let second: Int = queue.run(for: .server) { 2 }
    async let third: Int = queue.run(for: .server) { 3 }
    while queue.load < 3 { await Task.yield() }
    #expect(!queue.hasRoom)
    await #expect(throws: ServerError.self) { try await queue.run(for: .server) { 4 } }
    gate.signal()
    #expect(try await [first, second, third] == [1, 2, 3])
    #expect(try await queue.run(for: .server) { 5 } == 5)
    await queue.stop()
    await #expect(throws: ServerError.self) { try await queue.run(for: .server) { 6 } }
  }

  /// What a key asks for waits for its own work, and not for all that another asked for before.
  @Test func clientsHaveTurns() async throws {
    let notes = Notes()
    try await withBusyQueue(room: 8) { queue, free, group in
      for name in ["a1", "a2", "a3", "b1", "c1", "b2"] {
        let client = Client(name: String(name.prefix(1)))
        try await enqueue(name, on: queue, &group, for: client, notes)
      }
      free()
      try await group.waitForAll()
    }
    #expect(notes.all == ["a1", "b1", "c1", "a2", "b2", "a3"])
  }

  /// Where no more may wait, who has most waiting makes room.
  @Test func aFloodMakesRoomForOthers() async throws {
    let (flood, other) = (Client(name: "flood"), Client(name: "other"))
    let notes = Notes()
    try await withBusyQueue(room: 3) { queue, free, group in
      for name in ["1", "2", "3"] { try await enqueue(name, on: queue, &group, for: flood, notes) }
      // One more of its own has no room.
      await #expect(throws: ServerError.self) { try await queue.run(for: flood) {} }
      add("other", to: queue, &group, for: other, notes)
      while notes.all.isEmpty { await Task.yield() }
      #expect(notes.all == ["3 busy"])
      // Two against one: nobody has so much more that it is to go.
      await #expect(throws: ServerError.self) { try await queue.run(for: other) {} }
      free()
      try await group.waitForAll()
    }
    #expect(notes.all == ["3 busy", "1", "other", "2"])
  }

  @Test func whatWaitsForSomebodyWhoIsGoneIsDropped() async throws {
    let connection = Connection(EmbeddedChannel())
    let gone = Client(name: "gone", connection: connection)
    let notes = Notes()
    try await withBusyQueue(room: 3) { queue, free, group in
      try await enqueue("dropped", on: queue, &group, for: gone, notes)
      try await enqueue("kept", on: queue, &group, for: Client(name: "other"), notes)
      connection.abandon()
      free()
      try await group.waitForAll()
      #expect(queue.load == 0)
    }
    #expect(Set(notes.all) == ["dropped client_gone", "kept"])
  }

  /// Somebody else's long work leaves a thread.
  @Test func aSpareThreadIsForOthers() async throws {
    let (long, other) = (Client(name: "long"), Client(name: "other"))
    let notes = Notes()
    try await withBusyQueue(room: 8, spare: 1, by: long) { queue, free, group in
      try await enqueue("long", on: queue, &group, for: long, notes)
      try await queue.run(for: other) { notes.add("other") }
      #expect(notes.all == ["other"] && queue.load == 2)
      free()
      try await group.waitForAll()
    }
    #expect(notes.all == ["other", "long"])
  }

  /// What became of works, in order.
  private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private typealias Tasks = ThrowingTaskGroup<Void, any Error>

  /// A queue of one thread, which is busy until the second argument is called.
  private func withBusyQueue(
    room: Int, spare: Int = 0, by client: Client = .server,
    _ body: (WorkQueue, () -> Void, inout Tasks) async throws -> Void
  ) async throws {
    let queue = WorkQueue(threads: 1, spare: spare, waiting: room)
    let gate = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await queue.run(for: client) { gate.wait() } }
      while queue.load < 1 { await Task.yield() }
      try await body(queue, { gate.signal() }, &group)
    }
    await queue.stop()
  }

  /// Asks for work, and returns when it waits.
  private func enqueue(
    _ name: String, on queue: WorkQueue, _ group: inout Tasks, for client: Client, _ notes: Notes
  ) async throws {
    let load = queue.load
    add(name, to: queue, &group, for: client, notes)
    while queue.load == load { await Task.yield() }
  }

  private func add(
    _ name: String, to queue: WorkQueue, _ group: inout Tasks, for client: Client, _ notes: Notes
  ) {
    group.addTask {
      do {
        try await queue.run(for: client) { notes.add(name) }
      } catch let error as ServerError {
        notes.add("\(name) \(error.code)")
      }
    }
  }

  @Test func bytesAreBounded() async throws {
    let budget = ByteBudget(limit: 100)
    let client = Client(name: "a")
    do {
      let (first, second) = (budget.share(), budget.share())
      try first.add(60, for: client)
      #expect(throws: ServerError.self) { try second.add(60, for: client) }
      try second.add(40, for: client)
      #expect(throws: ServerError.self) { try first.add(1, for: client) }
      // Others have a quarter more, and no more than that.
      let (third, fourth) = (budget.share(), budget.share())
      try third.add(20, for: Client(name: "b"))
      #expect(throws: ServerError.self) { try fourth.add(6, for: Client(name: "c")) }
      try fourth.add(5, for: Client(name: "c"))
      #expect(throws: ServerError.self) { try third.add(1, for: Client(name: "b")) }
      withExtendedLifetime((first, second, third, fourth)) {}
    }
    try budget.share().add(100, for: client)
    let again = budget.share()
    #expect(throws: ServerError.self) { try again.add(101, for: client) }
    try again.add(100, for: client)
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
