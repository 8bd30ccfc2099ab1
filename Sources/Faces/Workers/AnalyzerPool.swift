import Synchronization

/// Idle analyzers for reuse, since making one takes longer than analysing a small photo.
package final class AnalyzerPool: Sendable {
  /// An analyzer belongs to one thread at a time: the one that took it.
  private struct Idle: @unchecked Sendable {
    let analyzer: FaceAnalyzer
    let engine: FaceEngine
  }

  private let idle = Mutex<[Idle]>([])

  package init() {}

  /// Calls `body` with an idle analyzer, or a new one where all are in use.
  /// - Throws: `InferenceError`, `ModelError`, and what `body` throws
  package func withAnalyzer<Result>(
    of engine: FaceEngine, _ body: (FaceAnalyzer) throws -> Result
  ) throws -> Result {
    let taken =
      try idle.withLock { idle in
        // Analyzers of an engine that has been replaced.
        idle.removeAll { $0.engine !== engine }
        return idle.popLast()
      } ?? Idle(analyzer: engine.makeAnalyzer(), engine: engine)
    defer { idle.withLock { $0.append(taken) } }
    return try body(taken.analyzer)
  }
}
