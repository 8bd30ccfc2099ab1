import LikenessCore
import TestSupport
import Testing

@Suite struct BlockingTests {
  private struct Mistake: Error {}

  @Test func theOutcomeIsThatOfTheWork() async throws {
    let value = try await OwnThread.run {
      try blocking {
        await Task.yield()
        return 7
      }
    }
    #expect(value == 7)
    await #expect(throws: Mistake.self) {
      try await OwnThread.run { try blocking { throw Mistake() } }
    }
  }

  /// Whoever waits is the last to hold what the work held.
  @Test func nothingIsHeldAfterwards() async throws {
    final class Held: Sendable {}
    let left = try await OwnThread.run {
      var left = 0
      for _ in 0..<5_000 {
        weak var trace: Held?
        do {
          let held = Held()
          trace = held
          try blocking { withExtendedLifetime(held) {} }
        }
        if trace != nil { left += 1 }
      }
      return left
    }
    #expect(left == 0)
  }
}
