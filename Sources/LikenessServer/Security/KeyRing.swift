import Foundation
import Synchronization

/// The keys that a running server takes, as their file has them at the moment; and how often each was used.
final class KeyRing: Sendable {
  private struct State {
    var keys: [APIKey] = []
    var stamp: APIKeyFile.Stamp?
    var looked = Date.distantPast
    /// Why the file says nothing, though there were keys.
    var defect: APIKeyError?
    var buckets: [String: TokenBucket] = [:]
    /// Of all who come with a wrong key.
    var failures = TokenBucket(rate: 5, burst: 20)
  }

  private let file: APIKeyFile
  private let state = Mutex(State())

  init(gallery: URL) {
    file = APIKeyFile(gallery: gallery)
    file.remember()
  }

  /// Whether anybody has to show a key.
  var areNeeded: Bool {
    state.withLock {
      look(&$0)
      return !$0.keys.isEmpty || $0.defect != nil
    }
  }

  /// Why nobody can be let in: there were keys, and their file is gone or damaged. That opens nothing.
  var defect: APIKeyError? {
    state.withLock {
      look(&$0)
      return $0.defect
    }
  }

  private func look(_ state: inout State) {
    let now = Date()
    guard now.timeIntervalSince(state.looked) > 1 else { return }
    state.looked = now
    let stamp = file.stamp
    guard stamp != state.stamp else { return }
    defer { state.stamp = stamp }
    do {
      // Also where all traces of them went while the server runs.
      if stamp == nil { throw APIKeyError.missing(path: file.url.path) }
      state.keys = try file.keys()
      state.defect = nil
    } catch {
      state.keys = []
      state.defect = error as? APIKeyError ?? .unreadable(path: file.url.path)
    }
  }

  /// The key of a text.
  /// - Throws: `ServerError`, 401 for what is none, or a wrong one, 429 where too many wrong ones came
  func key(_ text: String) throws -> APIKey {
    let text = text.trimmingCharacters(in: .whitespaces).lowercased()
    guard UUID(uuidString: text) != nil else {
      throw ServerError(
        .unauthorized, "malformed_key", "A key is a UUID, such as likeness keys add prints.")
    }
    let hash = APIKey.hash(text)
    return try state.withLock { state in
      look(&state)
      guard state.defect == nil else { throw ServerError.noKeys }
      // All are compared: the time tells nothing of which one it was.
      var found: APIKey?
      for key in state.keys where key.opens(hash) { found = key }
      if let found { return found }
      guard state.failures.take() else { throw Self.tooMany(1) }
      throw ServerError(.unauthorized, "wrong_key", "This key opens nothing here.")
    }
  }

  /// The key of a hash, if it is still there.
  func key(ofHash hash: String) -> APIKey? {
    state.withLock { state in
      look(&state)
      return state.keys.first { $0.hash == hash }
    }
  }

  // MARK: Changes

  /// All keys, in the order in which they were made.
  /// - Throws: `APIKeyError.unreadable`
  func all() throws -> [APIKey] { try file.keys() }

  /// Makes a key, which opens from now on.
  /// - Returns: the key and its text, which is kept nowhere.
  /// - Throws: `APIKeyError`, `GalleryError.diskFull`, `LikenessError.notWritable`, `CocoaError`
  func add(
    _ name: String, rights: Rights, rate: Double?
  ) throws -> (key: APIKey, text: String) {
    try changing { try file.add(name, rights: rights, rate: rate) }
  }

  /// Revokes a key, which opens nothing from now on.
  /// - Throws: `APIKeyError`, `GalleryError.diskFull`, `LikenessError.notWritable`, `CocoaError`
  func remove(_ name: String) throws -> APIKey {
    try changing { try file.remove(name) }
  }

  /// Does something to the file, and looks at it at once.
  private func changing<Value>(_ body: () throws -> Value) throws -> Value {
    try state.withLock { state in
      defer {
        state.looked = .distantPast
        look(&state)
      }
      return try body()
    }
  }

  /// Counts a request of a key.
  /// - Throws: `ServerError`, 429 where the key's rate is used up
  func count(_ key: APIKey) throws {
    guard
      let rate = key.rate.map({
        min(APIKey.rates.upperBound, max(APIKey.rates.lowerBound, $0))
      })
    else { return }
    try state.withLock { state in
      var bucket = state.buckets[key.name] ?? TokenBucket(rate: rate, burst: max(1, 2 * rate))
      bucket.rate = rate
      let isAllowed = bucket.take()
      state.buckets[key.name] = bucket
      guard isAllowed else { throw Self.tooMany(max(1, Int((1 / rate).rounded(.up)))) }
    }
  }

  private static func tooMany(_ seconds: Int) -> ServerError {
    ServerError(
      .tooManyRequests, "rate_limited", "Too many requests; try again in a moment.",
      retryAfter: seconds)
  }
}

/// So many requests a second on average, and a few more at once.
struct TokenBucket: Sendable {
  var rate: Double
  let burst: Double
  private var tokens: Double
  private var last = ContinuousClock.now

  init(rate: Double, burst: Double) {
    (self.rate, self.burst, tokens) = (rate, burst, burst)
  }

  mutating func take(at now: ContinuousClock.Instant = .now) -> Bool {
    let passed = max(0, (now - last) / .seconds(1))
    tokens = min(burst, tokens + passed * rate)
    last = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
