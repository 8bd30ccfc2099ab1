import Foundation

/// Labels of photos in a CSV file (RFC 4180): a head line, a line a photo, a column a key.
///
/// The photo is the column `photo`, `path` or `file`, else the first. A photo is a whole path, a path from the
/// table's folder, or a file's name wherever it lies. Empty fields say nothing.
public struct LabelTable: Sendable {
  /// In the order of the columns.
  public let keys: [String]
  private let byPath: [String: [String: String]]
  private let byName: [String: [String: String]]

  /// How many photos it names.
  public var count: Int { byPath.count + byName.count }

  /// - Throws: `LikenessError.badTable`
  public init(contentsOf url: URL) throws(LikenessError) {
    func bad(_ reason: String) -> LikenessError { .badTable(path: url.path, reason: reason) }
    guard let data = try? Data(contentsOf: url) else { throw bad("it cannot be read") }
    guard let text = String(data: data, encoding: .utf8) else { throw bad("it is not UTF-8") }
    var rows = try Self.rows(text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text, bad)
    guard let head = rows.first?.fields, head.count > 1 else {
      throw bad("it needs a head line of a column photo and one more for each key")
    }
    rows.removeFirst()
    let names = head.map { $0.trimmingCharacters(in: .whitespaces) }
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
    for row in rows {
      guard row.fields.count == head.count else {
        throw bad("line \(row.line) has \(row.fields.count) fields where \(head.count) are wanted")
      }
      let place = row.fields[photo].precomposedStringWithCanonicalMapping
      guard !place.isEmpty else { throw bad("line \(row.line) names no photo") }
      var labels: [String: String] = [:]
      for (column, name) in names.enumerated() where column != photo {
        let value = row.fields[column].trimmingCharacters(in: .whitespaces)
        if !value.isEmpty { labels[name] = value }
      }
      if place.contains("/") {
        byPath[URL(fileURLWithPath: place, relativeTo: folder).standardizedFileURL.path] = labels
      } else {
        byName[place] = labels
      }
    }
    self.byPath = byPath
    self.byName = byName
  }

  /// The labels of a photo; nil where the table does not name it.
  public func labels(of photo: URL) -> [String: String]? {
    let place = photo.standardizedFileURL
    return byPath[place.path]
      ?? byName[place.lastPathComponent.precomposedStringWithCanonicalMapping]
  }

  /// The fields of each line that is not empty, with the number of the line that it begins in.
  private static func rows(
    _ text: String, _ bad: (String) -> LikenessError
  ) throws(LikenessError) -> [(line: Int, fields: [String])] {
    var rows: [(line: Int, fields: [String])] = []
    var (fields, field) = ([String](), "")
    var (line, start) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    func isEmpty(_ fields: [String]) -> Bool { fields == [""] }
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      index = text.index(after: index)
      if isQuoted {
        if character.isNewline { line += 1 }
        guard character == "\"" else {
          field.append(character)
          continue
        }
        if index < text.endIndex, text[index] == "\"" {
          field.append("\"")
          index = text.index(after: index)
        } else {
          isQuoted = false
        }
      } else if character == "\"", field.isEmpty, !wasQuoted {
        (isQuoted, wasQuoted) = (true, true)
      } else if character == "," {
        fields.append(field)
        (field, wasQuoted) = ("", false)
      } else if character.isNewline {
        fields.append(field)
        if !isEmpty(fields) { rows.append((start, fields)) }
        line += 1
        (fields, field, wasQuoted, start) = ([], "", false, line)
      } else {
        field.append(character)
      }
    }
    guard !isQuoted else { throw bad("the quote that begins in line \(start) does not end") }
    fields.append(field)
    if !isEmpty(fields) { rows.append((start, fields)) }
    return rows
  }
}
