import GRDB
import Synchronization

/// The connections that read a gallery: one for each thread that does so at a time, opened when it is needed and kept for the
/// next.
final class ReadConnections: Sendable {
  private let open: @Sendable () throws -> DatabaseQueue
  private let idle = Mutex<[DatabaseQueue]>([])

  init(_ open: @escaping @Sendable () throws -> DatabaseQueue) { self.open = open }

  func lend<Value>(_ body: (DatabaseQueue) throws -> Value) throws -> Value {
    let connection = try idle.withLock { $0.popLast() } ?? open()
    defer { idle.withLock { $0.append(connection) } }
    return try body(connection)
  }

  /// Closes those that nobody uses.
  func close() throws {
    let connections = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for connection in connections { try connection.close() }
  }
}
