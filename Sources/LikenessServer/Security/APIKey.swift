import Crypto
import Foundation
import GalleryCore
import LikenessCore
import LikenessKit

/// A key to a server, of which the server itself knows a hash only.
public struct APIKey: Sendable, Codable {
  public var name: String
  /// SHA-256 of the key's text, lower-case hexadecimal. A key has 122 random bits, which nobody finds by trying, so
  /// that a slow hash would add nothing.
  var hash: String
  public var rights: Rights
  /// Requests a second on average; nil for any number.
  public var rate: Double?
  /// What a rate may be.
  public static let rates = 0.001...1_000_000
  public var created: Date

  /// Whether a key may be called so: 1 to 60 letters, digits, - and _.
  static func isName(_ name: String) -> Bool {
    (1...60).contains(name.count)
      && name.unicodeScalars.allSatisfy {
        CharacterSet.alphanumerics.contains($0) || $0 == "-" || $0 == "_"
      }
  }

  static func hash(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).hexadecimal
  }

  /// Compares in a time that does not tell how much of both is alike.
  func opens(_ hash: String) -> Bool { ConstantTime.equal(self.hash, hash) }
}

enum ConstantTime {
  /// Whether two texts are the same, in a time that depends on their lengths only.
  static func equal(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Why keys cannot be changed; one line each.
public enum APIKeyError: ClassifiedError, Equatable {
  case nameTaken(String)
  case unknown(String)
  case badName(String)
  case unreadable(path: String)
  /// There were keys, and their file is gone.
  case missing(path: String)

  public var kind: ErrorKind {
    switch self {
    case .nameTaken: .conflict
    case .unknown: .notFound
    case .badName: .invalidValue
    case .unreadable, .missing: .damaged
    }
  }

  public var description: String {
    switch self {
    case .nameTaken(let name): "there is a key called \(name) already"
    case .unknown(let name): "there is no key called \(name)"
    case .badName(let name):
      "\"\(name)\" cannot be a key's name: use 1 to 60 letters, digits, - and _"
    case .unreadable(let path): "\(path) cannot be read as keys: delete it and make new ones"
    case .missing(let path): "\(path) is gone: put it back, or make new keys"
    }
  }
}

/// The keys of a gallery's server, in the file `keys.json` of its folder, readable by its owner alone.
///
/// Beside it lies `keys.json.lock`, which whoever changes the keys holds, and which says that there were keys: a gallery that
/// lost them is not one that never had any. After the last key was taken back, the file holds an empty list.
public struct APIKeyFile: Sendable {
  let url: URL
  private let lock: URL
  /// The lock while there are no keys yet; it becomes `lock`.
  private let firstLock: URL

  public init(gallery: URL) {
    url = gallery.appendingPathComponent("keys.json")
    lock = gallery.appendingPathComponent("keys.json.lock")
    firstLock = gallery.appendingPathComponent(".keys.json.first")
  }

  /// - Throws: `APIKeyError.unreadable`, `.missing`
  public func keys() throws -> [APIKey] {
    guard FileManager.default.fileExists(atPath: url.path) else {
      guard !FileManager.default.fileExists(atPath: lock.path) else {
        throw APIKeyError.missing(path: url.path)
      }
      return []
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let data = try? Data(contentsOf: url),
      let keys = try? decoder.decode([APIKey].self, from: data)
    else { throw APIKeyError.unreadable(path: url.path) }
    return keys
  }

  /// Makes a key.
  /// - Returns: the key, and its text, which is kept nowhere: a UUID, as programs made for CompreFace want it.
  /// - Throws: `APIKeyError`, `GalleryError.diskFull`, `LikenessError.notWritable`, `CocoaError`
  public func add(
    _ name: String, rights: Rights, rate: Double?
  ) throws -> (key: APIKey, text: String) {
    guard APIKey.isName(name) else { throw APIKeyError.badName(name) }
    let text = UUID().uuidString.lowercased()
    // Whole seconds, as the file has them.
    let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    let key = APIKey(
      name: name, hash: APIKey.hash(text), rights: rights, rate: rate, created: now)
    try change { keys in
      guard !keys.contains(where: { $0.name == name }) else { throw APIKeyError.nameTaken(name) }
      keys.append(key)
    }
    return (key, text)
  }

  /// Revokes a key.
  /// - Returns: the key.
  /// - Throws: `APIKeyError`, `GalleryError.diskFull`, `LikenessError.notWritable`, `CocoaError`
  @discardableResult
  public func remove(_ name: String) throws -> APIKey {
    guard FileManager.default.fileExists(atPath: url.path) else {
      // A gallery that never had keys stays one; one that lost them says so.
      _ = try keys()
      throw APIKeyError.unknown(name)
    }
    return try change { keys in
      guard let place = keys.firstIndex(where: { $0.name == name }) else {
        throw APIKeyError.unknown(name)
      }
      return keys.remove(at: place)
    }
  }

  /// What changes whenever the keys do; nil where there never were any.
  var stamp: Stamp? {
    var status = stat()
    if stat(url.path, &status) == 0 {
      return Stamp(
        file: status.st_ino, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
        bytes: Int(status.st_size))
    }
    return FileManager.default.fileExists(atPath: lock.path) ? Stamp() : nil
  }

  struct Stamp: Equatable, Sendable {
    var file: UInt = 0
    var seconds = 0
    var nanoseconds = 0
    var bytes = 0
  }

  /// Has a file of keys that is there remembered: those of earlier versions have no lock beside them. Where the folder
  /// cannot be written to, nothing is.
  func remember() {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    let file = open(lock.path, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFiles.fileMode)
    if file >= 0 { close(file) }
  }

  /// Changes the keys, one change after the other: a server and the command line may both want to.
  private func change<Value>(_ body: (inout [APIKey]) throws -> Value) throws -> Value {
    try PrivateFiles.makeFolder(url.deletingLastPathComponent())
    let (held, isFirst) = try hold()
    // Closing it lets go of the lock.
    defer { close(held) }
    do {
      // As they are now, after whoever held the lock.
      var keys: [APIKey] = []
      do { keys = try self.keys() } catch APIKeyError.missing {}
      let value = try body(&keys)
      try write(keys)
      // Only now are there keys. Where this cannot be, `remember` makes up for it.
      if isFirst { rename(firstLock.path, lock.path) }
      return value
    } catch {
      // A gallery whose first key could not be kept has had none.
      if isFirst { unlink(firstLock.path) }
      throw error
    }
  }

  /// Waits for the lock, and holds it until the descriptor is closed.
  ///
  /// Before the first key it is another file, which takes its place when there is one. The lock's own file stays: who waits for
  /// it holds the same one.
  private func hold() throws -> (descriptor: Int32, isFirst: Bool) {
    while true {
      let isKnown = Self.inode(at: lock) != nil
      let place = isKnown ? lock : firstLock
      let held = open(place.path, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFiles.fileMode)
      guard held >= 0 else { throw notWritable(errno) }
      while flock(held, LOCK_EX) != 0 {
        let reason = errno
        guard reason == EINTR else {
          close(held)
          throw notWritable(reason)
        }
      }
      var status = stat()
      let own = fstat(held, &status) == 0 ? status.st_ino : nil
      let lockInode = Self.inode(at: lock)
      if own != nil, own == lockInode ?? Self.inode(at: firstLock) {
        return (held, lockInode == nil)
      }
      // Meanwhile another one has made the first key, or has failed to.
      if lockInode != nil { unlink(firstLock.path) }
      close(held)
    }
  }

  private static func inode(at url: URL) -> ino_t? {
    var status = stat()
    return stat(url.path, &status) == 0 ? status.st_ino : nil
  }

  /// The file is there whole or not at all.
  private func write(_ keys: [APIKey]) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Made for its owner alone, before there is anything in it.
    let fresh = url.deletingLastPathComponent().appendingPathComponent(".keys.json.new")
    unlink(fresh.path)
    let data = try encoder.encode(keys)
    let file = open(fresh.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PrivateFiles.fileMode)
    guard file >= 0 else { throw notWritable(errno) }
    var failure: Int32?
    var written = 0
    while failure == nil, written < data.count {
      let count = data.withUnsafeBytes {
        Foundation.write(file, $0.baseAddress! + written, data.count - written)
      }
      if count < 0, errno != EINTR { failure = errno }
      written += max(0, count)
    }
    if failure == nil, fsync(file) != 0 { failure = errno }
    if close(file) != 0, failure == nil { failure = errno }
    if failure == nil, rename(fresh.path, url.path) != 0 { failure = errno }
    guard let failure else { return }
    unlink(fresh.path)
    throw notWritable(failure)
  }

  private func notWritable(_ code: Int32) -> any Error {
    switch code {
    case ENOSPC, EDQUOT: GalleryError.diskFull(path: url.deletingLastPathComponent().path)
    default: LikenessError.notWritable(url, code)
    }
  }
}
