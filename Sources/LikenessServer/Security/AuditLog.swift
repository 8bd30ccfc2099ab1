import Foundation
import LikenessCore
import LikenessKit
import Synchronization

/// Who turned out to be asking, and about what, for the log: numbers of things and no names.
final class AuditSubject: Sendable {
  private let parts = Mutex<[String]>([])
  private let known = Mutex<Caller?>(nil)

  /// Who is asking; nil until that is known, and for who is known by nothing.
  var caller: Caller? { known.withLock { $0 } }

  /// Notes who is asking, once they have shown that they may.
  func note(_ caller: Caller) {
    guard caller.rights != nil else { return }
    known.withLock { $0 = caller }
  }

  func note<ID: ResourceID>(_ id: ID) { parts.withLock { $0.append(id.reference) } }

  /// Notes a key of the server by its name. What cannot be one is not written into the log.
  func note(key: String) {
    guard APIKey.isName(key) else { return }
    parts.withLock { $0.append("key:\(key)") }
  }

  /// `face:12, person:3`; nil for nothing.
  var text: String? {
    let parts = parts.withLock { $0 }
    return parts.isEmpty ? nil : parts.prefix(8).joined(separator: ", ")
  }
}

/// Who asked what, a line of JSON each in the file `audit.log` of the gallery's folder, readable by its owner alone.
/// It holds numbers and no names, so that removing a person leaves none behind in it.
///
/// Only requests of those who may ask something are in it. Others, of whom there may be any number, are counted: a line a minute
/// at most, in a file of its own, so that no flood of them pushes an entry out.
final class AuditLog: Sendable {
  struct Entry: Codable, Sendable {
    var time: String
    var request: String
    /// The name of the key; null where none is needed.
    @OrNull var key: String?
    var method: String
    var route: String
    var status: Int
    /// What it was about: `face:12`. Entries of earlier versions have `face 12`.
    @OrNull var subject: String?
  }

  /// Requests that were refused, as nobody was known who made them.
  struct Refusals: Codable, Sendable, Equatable {
    /// When the first and the last of them came.
    var from: String
    var to: String
    var requests: Int
    /// From how many addresses; beyond a thousand they are not told apart.
    var addresses: Int
  }

  private struct Pending {
    var first: Date
    var last: Date
    var requests = 0
    var addresses: Set<String> = []

    var line: Refusals {
      Refusals(
        from: first.formatted(.iso8601), to: last.formatted(.iso8601), requests: requests,
        addresses: addresses.count)
    }
  }

  /// How long refusals are counted before there is a line about them, in seconds.
  private static let interval = 60.0
  private static let maximumAddresses = 1_000

  private let entries: LineFile
  private let refusals: LineFile
  private let pending = Mutex<Pending?>(nil)

  init(gallery: URL) {
    entries = LineFile(gallery.appendingPathComponent("audit.log"), maximumBytes: 10_000_000)
    refusals = LineFile(
      gallery.appendingPathComponent("audit-refused.log"), maximumBytes: 1_000_000)
  }

  deinit { writeRefusals() }

  func write(_ entry: Entry) { entries.append(entry) }

  /// Counts a request that was refused as nobody was known who made it.
  func refuse(from address: String?, at now: Date = Date()) {
    let full = pending.withLock { pending -> Pending? in
      var full: Pending?
      if let last = pending, now.timeIntervalSince(last.first) >= Self.interval {
        (full, pending) = (last, nil)
      }
      var current = pending ?? Pending(first: now, last: now)
      current.requests += 1
      current.last = now
      if current.addresses.count < Self.maximumAddresses {
        current.addresses.insert(address ?? "")
      }
      pending = current
      return full
    }
    if let full { refusals.append(full.line) }
  }

  /// Writes the refusals that were counted since the last line, at the server's end.
  func writeRefusals() {
    let counted = pending.withLock { pending in
      defer { pending = nil }
      return pending
    }
    if let counted { refusals.append(counted.line) }
  }

  /// The last entries, the last first.
  func last(_ count: Int) -> [Entry] { entries.last(count) }

  /// The last lines about refusals, the last first; one that is not full yet among them.
  func lastRefusals(_ count: Int) -> [Refusals] {
    let current = pending.withLock { $0?.line }
    return Array(([current].compactMap(\.self) + refusals.last(count)).prefix(count))
  }
}

/// Lines of JSON in a file that is its owner's alone. A full one becomes `NAME.1`, whose predecessor goes.
private final class LineFile: Sendable {
  private let url: URL
  private let maximumBytes: Int
  private let file = Mutex<Int32>(-1)

  init(_ url: URL, maximumBytes: Int) { (self.url, self.maximumBytes) = (url, maximumBytes) }

  deinit { file.withLock { if $0 >= 0 { close($0) } } }

  func append(_ value: some Encodable) {
    guard var line = try? JSONAnswer.data(value) else { return }
    line.append(0x0A)
    file.withLock { file in
      if file < 0 {
        file = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, PrivateFiles.fileMode)
      }
      guard file >= 0 else { return }
      // One call a line: lines of several processes do not mix.
      _ = line.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      var status = stat()
      if fstat(file, &status) == 0, status.st_size > maximumBytes {
        close(file)
        file = -1
        rename(url.path, url.path + ".1")
      }
    }
  }

  /// The last lines, the last first.
  func last<Value: Decodable>(_ count: Int) -> [Value] {
    guard let handle = try? FileHandle(forReadingFrom: url) else { return [] }
    defer { try? handle.close() }
    // Lines are shorter than this.
    let wanted = UInt64(count) * 600
    let size = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: size > wanted ? size - wanted : 0)
    let data = (try? handle.readToEnd()) ?? Data()
    return data.split(separator: 0x0A).suffix(count).reversed().compactMap {
      try? JSONDecoder().decode(Value.self, from: Data($0))
    }
  }
}
