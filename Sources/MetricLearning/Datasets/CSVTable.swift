import Foundation
import LikenessCore

/// A CSV file whose first row names the columns.
struct CSVTable {
  /// The first row.
  var columns: [String]
  /// All others, each as long as the first; empty lines are left out.
  var rows: [CSVReader.Row]

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
    var rows: [CSVReader.Row]
    do {
      rows = try CSVReader.rows(of: text)
    } catch {
      throw DatasetError.badLine(path: path, line: error.line, reason: error.reason)
    }
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
}
