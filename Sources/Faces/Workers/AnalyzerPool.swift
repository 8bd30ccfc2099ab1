import Synchronization

/// Idle analyzers: making one takes longer than looking at a small photo.
package final class AnalyzerPool: Sendable {
  /// An analyzer belongs to one thread at a time: the one that took it.
  private struct Idle: @unchecked Sendable {
    let analyzer: FaceAnalyzer
    let engine: FaceEngine
  }

  private let idle = Mutex<[Idle]>([])

  package init() {}

  /// Lends an analyzer, made by `engine` where all are in use.
  /// - Throws: `InferenceError`, `ModelError`, and what `body` throws
  package func lend<Result>(
    of engine: FaceEngine, _ body: (FaceAnalyzer) throws -> Result
  ) throws -> Result {
    let taken =
      try idle.withLock { idle in
        // Those of an engine that another has taken the place of.
        idle.removeAll { $0.engine !== engine }
        return idle.popLast()
      } ?? Idle(analyzer: engine.makeAnalyzer(), engine: engine)
    defer { idle.withLock { $0.append(taken) } }
    return try body(taken.analyzer)
  }
}
