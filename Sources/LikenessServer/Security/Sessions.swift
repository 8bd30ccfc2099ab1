import Foundation
import Synchronization

/// Browsers that signed in with a key. They end with the server, or after half a day.
final class Sessions: Sendable {
  struct Session: Sendable {
    /// The hash of the key: another key of the same name is another key.
    var key: String
    var csrf: String
    var ends: Date
  }

  static let cookie = "likeness_session"
  static let seconds = 12 * 3600
  private static let maximumCount = 10_000

  /// By the hash of what the browser has.
  private let sessions = Mutex<[String: Session]>([:])

  /// - Returns: what the browser is to keep, and the session.
  func open(key: String) -> (token: String, session: Session) {
    let token = Self.random()
    let session = Session(
      key: key, csrf: Self.random(), ends: Date(timeIntervalSinceNow: Double(Self.seconds)))
    sessions.withLock { sessions in
      let now = Date()
      sessions = sessions.filter { $0.value.ends > now }
      if sessions.count >= Self.maximumCount,
        let oldest = sessions.min(by: { $0.value.ends < $1.value.ends })
      {
        sessions[oldest.key] = nil
      }
      sessions[APIKey.hash(token)] = session
    }
    return (token, session)
  }

  func session(_ token: String) -> Session? {
    sessions.withLock { sessions in
      guard let session = sessions[APIKey.hash(token)], session.ends > Date() else { return nil }
      return session
    }
  }

  func close(_ token: String) { sessions.withLock { $0[APIKey.hash(token)] = nil } }

  /// 256 random bits in hexadecimal.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let text = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
  }
}
