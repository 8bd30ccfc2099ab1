import Foundation
import GalleryCore
import LikenessCore

/// Labels of photos in a CSV file (RFC 4180): a header line, a line per photo, a column per key.
///
/// The photo is the column `photo`, `path` or `file`, else the first. A photo is a whole path, a path from the
/// table's folder, or a file's name wherever it lies. Empty fields are ignored. An apostrophe before =, +, - or @, which tables of
/// this program have there, is not a part of a field.
public struct LabelTable: Sendable {
  /// In the order of the columns.
  public let keys: [String]
  private let byPath: [String: [String: String]]
  private let byName: [String: [String: String]]
  /// The paths as they are written, from wherever that may be.
  private let byWriting: [String: String]

  /// How many photos it names.
  public var count: Int { byPath.count + byName.count }

  /// - Throws: `LikenessError.badTable`
  public init(contentsOf url: URL) throws(LikenessError) {
    func bad(_ reason: String) -> LikenessError { .badTable(path: url.path, reason: reason) }
    guard let data = try? Data(contentsOf: url) else { throw bad("it cannot be read") }
    guard let text = String(data: data, encoding: .utf8) else { throw bad("it is not UTF-8") }
    var rows: [CSVReader.Row]
    do {
      rows = try CSVReader.rows(of: text)
    } catch {
      throw bad("line \(error.line): \(error.reason)")
    }
    guard let head = rows.first?.fields, head.count > 1 else {
      throw bad("it needs a head line of a column photo and one more for each key")
    }
    rows.removeFirst()
    let names = head.map { $0.fromCSVField.trimmingCharacters(in: .whitespaces) }
    let photo = names.firstIndex { ["photo", "path", "file"].contains($0.lowercased()) } ?? 0
    for (column, name) in names.enumerated() where column != photo {
      guard !name.isEmpty else { throw bad("column \(column + 1) has no name") }
      guard names.firstIndex(of: name) == column else {
        throw bad("two columns are called \(name)")
      }
    }
    keys = names.enumerated().filter { $0.offset != photo }.map(\.element)
    let folder = url.standardizedFileURL.deletingLastPathComponent()
    var (byPath, byName) = ([String: [String: String]](), [String: [String: String]]())
    var byWriting: [String: String] = [:]
    for row in rows {
      guard row.fields.count == head.count else {
        throw bad("line \(row.line) has \(row.fields.count) fields where \(head.count) are wanted")
      }
      let place = row.fields[photo].fromCSVField.precomposedStringWithCanonicalMapping
      guard !place.isEmpty else { throw bad("line \(row.line) names no photo") }
      var labels: [String: String] = [:]
      for (column, name) in names.enumerated() where column != photo {
        let value = row.fields[column].fromCSVField.trimmingCharacters(in: .whitespaces)
        if !value.isEmpty { labels[name] = value }
        if name == LabelSource.person,
          let fault = GalleryCore.GalleryNames.faultBesidesDirection(of: value)
        {
          throw bad("line \(row.line) has \(fault)")
        }
      }
      if place.contains("/") {
        let path = URL(fileURLWithPath: place, relativeTo: folder).standardizedFileURL.path
        byPath[path] = labels
        byWriting[place.split(separator: "/").joined(separator: "/")] = path
      } else {
        byName[place] = labels
      }
    }
    self.byPath = byPath
    self.byName = byName
    self.byWriting = byWriting
  }

  /// A line of the table, and what it names.
  package struct Entry: Equatable {
    /// The same for all photos of one line.
    package var key: String
    /// Whether it names a folder, which stands for the photos in it.
    package var isFolder: Bool
    package var labels: [String: String]
  }

  /// The line of a photo: it may name the photo as for `labels(of:)`, by its path below a folder, or one of the folders
  /// in there that it lies in, by path or name; the most exact counts.
  /// - Parameters:
  ///   - name: the photo's path below `folder`.
  ///   - folder: whose photos the table is about.
  package func entry(of name: String, below folder: URL) -> Entry? {
    var parts = name.split(separator: "/").map { String($0).precomposedStringWithCanonicalMapping }
    var isFolder = false
    while let last = parts.last {
      let place = parts.reduce(folder.standardizedFileURL) { $0.appendingPathComponent($1) }.path
      for path in [place, byWriting[parts.joined(separator: "/")]].compactMap({ $0 }) {
        if let labels = byPath[path] { return Entry(key: path, isFolder: isFolder, labels: labels) }
      }
      if let labels = byName[last] { return Entry(key: last, isFolder: isFolder, labels: labels) }
      parts.removeLast()
      isFolder = true
    }
    return nil
  }

  /// The labels of a photo; nil where the table does not name it.
  public func labels(of photo: URL) -> [String: String]? {
    let place = photo.standardizedFileURL
    return byPath[place.path]
      ?? byName[place.lastPathComponent.precomposedStringWithCanonicalMapping]
  }
}
