import Foundation
import LikenessKit
import Synchronization

/// What a request turned out to be about, for the log: numbers of things and no names.
final class AuditSubject: Sendable {
  private let parts = Mutex<[String]>([])

  func note<ID: ResourceID>(_ id: ID) { parts.withLock { $0.append("\(ID.name) \(id)") } }

  /// Notes a key of the server by its name. What cannot be one is not written into the log.
  func note(key: String) {
    guard APIKey.isName(key) else { return }
    parts.withLock { $0.append("key \(key)") }
  }

  /// "face 12, person 3"; nil for nothing.
  var text: String? {
    let parts = parts.withLock { $0 }
    return parts.isEmpty ? nil : parts.prefix(8).joined(separator: ", ")
  }
}

/// Who asked what, a line of JSON each in the file `audit.log` of the gallery's folder, readable by its owner alone.
/// It holds numbers and no names, so that removing a person leaves none behind in it.
final class AuditLog: Sendable {
  struct Entry: Codable, Sendable {
    var time: String
    var request: String
    /// The name of the key; null where none is needed.
    @OrNull var key: String?
    var method: String
    var route: String
    var status: Int
    /// What it was about: "face 12".
    @OrNull var subject: String?
  }

  /// A full file becomes `audit.log.1`, whose predecessor goes.
  private static let maximumBytes = 10_000_000

  private let url: URL
  private let file = Mutex<Int32>(-1)

  init(gallery: URL) { url = gallery.appendingPathComponent("audit.log") }

  deinit { file.withLock { if $0 >= 0 { close($0) } } }

  func write(_ entry: Entry) {
    guard var line = try? JSONAnswer.data(entry) else { return }
    line.append(0x0A)
    file.withLock { file in
      if file < 0 {
        file = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      }
      guard file >= 0 else { return }
      // One call a line: lines of several processes do not mix.
      _ = line.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      var status = stat()
      if fstat(file, &status) == 0, status.st_size > Self.maximumBytes {
        close(file)
        file = -1
        rename(url.path, url.path + ".1")
      }
    }
  }

  /// The last entries, the last first.
  func last(_ count: Int) -> [Entry] {
    guard let handle = try? FileHandle(forReadingFrom: url) else { return [] }
    defer { try? handle.close() }
    // Lines are shorter than this.
    let wanted = UInt64(count) * 600
    let size = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: size > wanted ? size - wanted : 0)
    let data = (try? handle.readToEnd()) ?? Data()
    return data.split(separator: 0x0A).suffix(count).reversed().compactMap {
      try? JSONDecoder().decode(Entry.self, from: Data($0))
    }
  }
}
