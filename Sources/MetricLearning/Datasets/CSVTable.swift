import Foundation

/// A table as RFC 4180 describes it: commas, quotes doubled inside of quotes, line breaks in them too.
struct CSVTable {
  struct Row {
    /// Where it begins in the file, from 1.
    var line: Int
    var fields: [String]
  }

  /// The first row.
  var columns: [String]
  /// All others, each as long as the first; empty lines are left out.
  var rows: [Row]

  /// - Throws: `DatasetError`
  init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw DatasetError.unreadable(path: url.path, reason: error.localizedDescription)
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DatasetError.unreadable(path: url.path, reason: "it is not UTF-8 text")
    }
    try self.init(text, path: url.path)
  }

  /// - Parameter path: what errors are to call it.
  init(_ text: String, path: String) throws {
    var rows = try Self.rows(text, path)
    guard !rows.isEmpty else { throw DatasetError.noPhotos(path: path) }
    let header = rows.removeFirst()
    columns = header.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    for (place, column) in columns.enumerated() {
      let isNew = !columns[..<place].contains(column)
      guard !column.isEmpty, isNew else {
        throw DatasetError.badLine(
          path: path, line: header.line,
          reason: isNew
            ? "column \(place + 1) has no name" : "two columns are called \"\(column)\"")
      }
    }
    for row in rows where row.fields.count != columns.count {
      throw DatasetError.badLine(
        path: path, line: row.line,
        reason: "\(row.fields.count) fields instead of \(columns.count)")
    }
    self.rows = rows
  }

  private static func rows(_ text: String, _ path: String) throws -> [Row] {
    var rows: [Row] = []
    var (line, start, quoteLine) = (1, 1, 0)
    var (fields, field): ([String], String) = ([], "")
    var (isQuoted, wasQuoted) = (false, false)
    func endRow() {
      if !(fields.isEmpty && field.isEmpty && !wasQuoted) {
        rows.append(Row(line: start, fields: fields + [field]))
      }
      (fields, field, wasQuoted) = ([], "", false)
    }
    // Scalars, as a carriage return and a line feed are one character; a mark of byte order is no text.
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    if next == "\u{FEFF}" { next = scalars.next() }
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\"" where isQuoted && next == "\"":
        field.append("\"")
        next = scalars.next()
      case "\"" where isQuoted:
        isQuoted = false
      case "\"" where field.isEmpty && !wasQuoted:
        (isQuoted, wasQuoted, quoteLine) = (true, true, line)
      case "\"":
        throw DatasetError.badLine(
          path: path, line: line, reason: "a quote in the middle of a field")
      case "," where !isQuoted:
        fields.append(field)
        (field, wasQuoted) = ("", false)
      case "\r" where !isQuoted && next == "\n":
        break
      case "\n" where !isQuoted:
        endRow()
        line += 1
        start = line
      default:
        if wasQuoted, !isQuoted {
          throw DatasetError.badLine(path: path, line: line, reason: "text behind a closing quote")
        }
        if scalar == "\n" { line += 1 }
        field.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted else {
      throw DatasetError.badLine(
        path: path, line: quoteLine, reason: "the quote is never closed")
    }
    endRow()
    return rows
  }
}
