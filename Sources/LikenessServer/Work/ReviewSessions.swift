import LikenessKit
import Synchronization

/// The reviews that callers are in, each of which asks a question once.
final class ReviewSessions: Sendable {
  /// The oldest are let go of: their questions may be asked again.
  private static let most = 1_000

  private struct Key: Hashable {
    var caller: String?
    var name: String
  }

  private struct State {
    var sessions: [Key: ReviewSession] = [:]
    var order: [Key] = []
  }

  private let likeness: Likeness
  private let state = Mutex(State())

  init(_ likeness: Likeness) { self.likeness = likeness }

  /// The session that a caller gave a name, begun where there is none.
  func session(_ name: String, of caller: String?) -> ReviewSession {
    let key = Key(caller: caller, name: name)
    return state.withLock { state in
      if let known = state.sessions[key] { return known }
      let new = likeness.people.review()
      state.sessions[key] = new
      state.order.append(key)
      if state.order.count > Self.most { state.sessions[state.order.removeFirst()] = nil }
      return new
    }
  }
}
