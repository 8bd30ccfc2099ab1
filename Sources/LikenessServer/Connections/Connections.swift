import Foundation
import NIOCore
import Synchronization

/// The connections that are open: no more than there are descriptors for, and no more of one address than leave room for
/// others.
///
/// Where there are as many as may be, the one that has waited longest for its next request makes room for another;
/// where none waits, the other is closed.
final class Connections: Sendable {
  private struct State {
    var open: [ObjectIdentifier: Connection] = [:]
    var counts: [String: Int] = [:]
  }

  let maximum: Int
  /// From one address; this machine's own, and those of a proxy on it, are not counted.
  let maximumPerAddress: Int
  private let state = Mutex(State())

  init(maximum: Int) {
    self.maximum = maximum
    maximumPerAddress = max(8, maximum / 4)
  }

  /// As many as leave descriptors for the gallery, the index and what else a process opens.
  /// - Parameter descriptors: the most that the process may have open.
  static func maximum(ofDescriptors descriptors: Int) -> Int {
    min(4_096, max(16, descriptors - max(64, descriptors / 4)))
  }

  /// The soft limit of the process.
  static var descriptors: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    return Int(clamping: limit.rlim_cur)
  }

  var count: Int { state.withLock { $0.open.count } }

  /// - Returns: nil where there is no room; the channel is to be closed then.
  func admit(_ channel: any Channel) -> Connection? {
    let connection = Connection(channel)
    let (isAdmitted, evicted) = state.withLock { state -> (Bool, Connection?) in
      var evicted: Connection?
      let own = connection.origin.map { state.counts[$0, default: 0] } ?? 0
      if own >= maximumPerAddress || state.open.count >= maximum {
        let ofOrigin = own >= maximumPerAddress ? connection.origin : nil
        guard let longest = Self.longestWaiting(in: state, of: ofOrigin) else {
          return (false, nil)
        }
        evicted = Self.remove(longest, from: &state)
      }
      state.open[ObjectIdentifier(channel)] = connection
      if let origin = connection.origin { state.counts[origin, default: 0] += 1 }
      return (true, evicted)
    }
    evicted?.close()
    return isAdmitted ? connection : nil
  }

  /// The connection that a request came by; nil where there is none, or no more.
  func connection(of channel: ObjectIdentifier) -> Connection? {
    state.withLock { $0.open[channel] }
  }

  func remove(_ channel: any Channel) {
    _ = state.withLock { Self.remove(ObjectIdentifier(channel), from: &$0) }
  }

  /// - Parameter origin: nil for any.
  private static func longestWaiting(
    in state: State, of origin: String?
  ) -> ObjectIdentifier? {
    var found: (id: ObjectIdentifier, since: UInt64)?
    for (id, connection) in state.open where origin == nil || connection.origin == origin {
      if let since = connection.waitingSince, since < found?.since ?? .max { found = (id, since) }
    }
    return found?.id
  }

  private static func remove(_ id: ObjectIdentifier, from state: inout State) -> Connection? {
    guard let connection = state.open.removeValue(forKey: id) else { return nil }
    if let origin = connection.origin, let count = state.counts[origin] {
      state.counts[origin] = count > 1 ? count - 1 : nil
    }
    return connection
  }
}
