import Faces
import Foundation
import GalleryCore

/// Finds the files that another program means by its paths.
struct PhotoLocator {
  enum Place: Equatable {
    case file(URL)
    /// Several files end alike.
    case ambiguous
    case missing
  }

  private let base: URL?
  /// The photos of the folders to look in, by their names.
  private let byName: [String: [[Substring]]]

  /// - Throws: `PhotoError` for a folder that is not there.
  init(base: URL?, folders: [URL]) throws {
    self.base = base
    let files = folders.isEmpty ? [] : try PhotoFinder.files(at: folders)
    byName = Dictionary(grouping: files.map { Self.parts($0.path) }) {
      Self.key($0.last ?? "")
    }
  }

  private static func parts(_ path: String) -> [Substring] {
    // Windows has backslashes between folders, which are rare in names elsewhere.
    path.split { $0 == "/" || $0 == "\\" }
  }

  private static func key(_ name: Substring) -> String {
    String(name).precomposedStringWithCanonicalMapping.lowercased()
  }

  /// The file itself, else the one whose path has the longest end in common.
  func place(of path: String) -> Place {
    let whole = path.hasPrefix("/") ? path : base.map { $0.path + "/" + path } ?? path
    let url = URL(fileURLWithPath: whole).standardizedFileURL
    if PhotoFile(onDisk: url.path) != nil { return .file(url) }
    let wanted = Self.parts(path)
    guard let last = wanted.last, let candidates = byName[Self.key(last)] else { return .missing }
    let scored = candidates.map { parts in
      (
        shared: zip(parts.reversed(), wanted.reversed())
          .prefix { Self.key($0) == Self.key($1) }.count,
        parts: parts
      )
    }
    let most = scored.map(\.shared).max() ?? 0
    let best = scored.filter { $0.shared == most }
    guard best.count == 1 else { return .ambiguous }
    return .file(URL(fileURLWithPath: "/" + best[0].parts.joined(separator: "/")))
  }
}
