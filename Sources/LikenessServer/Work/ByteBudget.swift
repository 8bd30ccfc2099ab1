import Synchronization

/// How many bytes all requests that are being read may hold together, so that memory stays bounded however many
/// come at once.
final class ByteBudget: Sendable {
  private let used = Atomic(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// - Throws: `ServerError.busy` where too much is held already
  func hold<Result>(
    _ bytes: Int, _ body: () async throws -> Result
  ) async throws -> Result {
    guard used.add(bytes, ordering: .relaxed).newValue <= limit else {
      used.subtract(bytes, ordering: .relaxed)
      throw ServerError.busy
    }
    defer { used.subtract(bytes, ordering: .relaxed) }
    return try await body()
  }
}
