import Synchronization

/// How many bytes all requests that are being read may hold together, so that memory stays bounded however many
/// come at once.
///
/// Beyond the limit there is a quarter more, for clients that hold no more than that themselves: one whose requests fill
/// the rest does not keep others out.
final class ByteBudget: Sendable {
  /// What one request holds; given back when nobody has it any more.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let held = Mutex<(client: String, bytes: Int)?>(nil)

    fileprivate init(_ budget: ByteBudget) { self.budget = budget }

    deinit {
      if let held = held.withLock({ $0 }) { budget.giveBack(held.bytes, of: held.client) }
    }

    /// - Parameter client: the same each time.
    /// - Throws: `ServerError.busy` where too much is held already
    func add(_ bytes: Int, for client: Client) throws {
      try budget.take(bytes, for: client.name)
      held.withLock { $0 = (client.name, ($0?.bytes ?? 0) + bytes) }
    }
  }

  private struct State {
    var bytes = 0
    /// None is 0.
    var byClient: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func share() -> Share { Share(self) }

  private func take(_ bytes: Int, for client: String) throws {
    try state.withLock { state in
      let (all, own) = (state.bytes + bytes, state.byClient[client, default: 0] + bytes)
      guard all <= limit || own <= limit / 4 && all <= limit + limit / 4 else {
        throw ServerError.busy
      }
      state.bytes = all
      state.byClient[client] = own
    }
  }

  private func giveBack(_ bytes: Int, of client: String) {
    state.withLock { state in
      state.bytes -= bytes
      let left = state.byClient[client, default: 0] - bytes
      state.byClient[client] = left > 0 ? left : nil
    }
  }
}
