/// Whom work is done for: a key, or an address without one. They share the threads.
struct Client: Sendable {
  /// Who has the same name has one turn.
  let name: String
  var connection: Connection?

  /// Whether nobody waits for the answer any more.
  var isGone: Bool { connection?.isAbandoned ?? false }

  /// The server itself.
  static let server = Client(name: "")
}
