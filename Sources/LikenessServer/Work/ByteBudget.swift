import Synchronization

/// How many bytes all requests that are being read may hold together, so that memory stays bounded however many
/// come at once.
final class ByteBudget: Sendable {
  /// What one request holds; given back when nobody has it any more.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let held = Atomic(0)

    fileprivate init(_ budget: ByteBudget) { self.budget = budget }

    deinit { budget.used.subtract(held.load(ordering: .relaxed), ordering: .relaxed) }

    /// - Throws: `ServerError.busy` where too much is held already
    func add(_ bytes: Int) throws {
      guard budget.used.add(bytes, ordering: .relaxed).newValue <= budget.limit else {
        budget.used.subtract(bytes, ordering: .relaxed)
        throw ServerError.busy
      }
      held.add(bytes, ordering: .relaxed)
    }
  }

  private let used = Atomic(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func share() -> Share { Share(self) }
}
