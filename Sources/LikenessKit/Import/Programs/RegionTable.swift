import Foundation
import LikenessCore

/// A CSV file (RFC 4180) of faces: a header line, then a line for each face with the columns `path` and `name`, and `x`, `y`,
/// `w`, `h` for its box. Boxes are in pixels of the upright photo, or in parts of its width and height where all four numbers of a line are at
/// most 1. A line without a box says that somebody is on the photo.
public enum RegionTable {
  private static let columns: [String: [String]] = [
    "path": ["path", "photo", "file", "filename", "image"],
    "name": ["name", "person", "label"],
    "x": ["x", "left"], "y": ["y", "top"], "w": ["w", "width"], "h": ["h", "height"],
  ]

  /// - Throws: `ImportError`
  public static func read(_ file: URL) throws(ImportError) -> ImportedNames {
    func bad(_ reason: String) -> ImportError { .unreadable(path: file.path, reason: reason) }
    guard let text = String(data: try ImportFiles.data(file), encoding: .utf8) else {
      throw bad("it is not UTF-8")
    }
    let rows: [CSVReader.Row]
    do {
      rows = try CSVReader.rows(of: text)
    } catch {
      throw bad("line \(error.line): \(error.reason)")
    }
    guard let head = rows.first else { throw bad("it has no header line") }
    let titles = head.fields.map {
      $0.fromCSVField.trimmingCharacters(in: .whitespaces).lowercased()
    }
    func column(_ key: String) -> Int? {
      columns[key]?.lazy.compactMap { titles.firstIndex(of: $0) }.first
    }
    guard let path = column("path"), let name = column("name") else {
      throw bad("its header line needs the columns path and name")
    }
    let box = ["x", "y", "w", "h"].compactMap { column($0) }
    guard box.count == 4 || box.isEmpty else {
      throw bad("its header line has some of the columns x, y, w and h, and not all of them")
    }
    var names = ImportedNames(
      folder: file.standardizedFileURL.deletingLastPathComponent())
    var places: [String: Int] = [:]
    for row in rows.dropFirst() {
      guard row.fields.count == head.fields.count else {
        throw bad(
          "line \(row.line) has \(row.fields.count) fields where \(head.fields.count) are wanted")
      }
      let photo = row.fields[path].fromCSVField
      let who = row.fields[name].fromCSVField.trimmingCharacters(in: .whitespaces)
      guard !photo.isEmpty else { throw bad("line \(row.line) names no photo") }
      guard !who.isEmpty else {
        names.leftOut.add("the face has no name", "line \(row.line)")
        continue
      }
      let fields = box.map { row.fields[$0].trimmingCharacters(in: .whitespaces) }
      let place = names.place(of: photo, &places)
      if fields.allSatisfy(\.isEmpty) {
        names.photos[place].names.append(who)
        continue
      }
      let numbers = fields.compactMap { Double($0) }.filter(\.isFinite)
      guard numbers.count == 4 else { throw bad("line \(row.line) has a box that is no numbers") }
      names.photos[place].regions.append(
        NamedRegion(
          name: who,
          box: Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]),
          unit: numbers.allSatisfy { abs($0) <= 1 } ? .parts : .pixels))
    }
    guard !names.photos.isEmpty else { throw .noNames(path: file.path, detail: "") }
    return names
  }
}
