import Foundation
import GRDB
import LikenessCore

/// What PhotoPrism knows of people: its SQLite database `index.db`, answers of its API for photos that were saved as JSON, a
/// table of `markers` as CSV with the photo's `file_name`, or its YAML sidecars, which list names in `Details: Subject:`.
public enum PhotoPrismExport {
  /// - Parameter place: a file, or a folder of JSON and YAML files.
  /// - Throws: `ImportError`
  public static func read(_ place: URL) throws(ImportError) -> ImportedNames {
    guard try ImportFiles.isFolder(place) else {
      switch place.pathExtension.lowercased() {
      case "db", "sqlite", "sqlite3": return try database(place)
      case "csv": return try table(place)
      default: return try files([place], below: nil)
      }
    }
    return try files(
      try ImportFiles.files(at: place, endings: ["json", "yml", "yaml"]), below: place)
  }

  /// Why a marker is nobody's face.
  private static func fault(of name: String?, isInvalid: Bool, kind: String?) -> String? {
    if let kind, !kind.isEmpty, kind != "face" { return "the marker is not one of a face" }
    if isInvalid { return "the marker is marked as wrong" }
    return name?.isEmpty ?? true ? "the face has no name" : nil
  }

  // MARK: Database

  private static func database(_ file: URL) throws(ImportError) -> ImportedNames {
    let tables = ["markers", "files", "subjects"]
    return try ForeignDatabase.read(file, tables: tables, program: "PhotoPrism") { database in
      var names = ImportedNames()
      var places: [String: Int] = [:]
      let cursor = try Row.fetchCursor(
        database,
        sql: """
          SELECT files.file_name AS photo, markers.marker_type AS kind, markers.x AS x, markers.y AS y,
            markers.w AS w, markers.h AS h, markers.marker_invalid AS invalid,
            COALESCE(NULLIF(subjects.subj_name, ''), markers.marker_name) AS name
          FROM markers JOIN files ON files.file_uid = markers.file_uid
          LEFT JOIN subjects ON subjects.subj_uid = markers.subj_uid
          ORDER BY files.file_name, markers.marker_uid
          """)
      while let row = try cursor.next() {
        guard let photo = row.text("photo") else { continue }
        let name = row.text("name")
        if let fault = fault(
          of: name, isInvalid: row.integer("invalid") == 1, kind: row.text("kind"))
        {
          names.leftOut.add(fault, photo)
          continue
        }
        let box = [row.number("x"), row.number("y"), row.number("w"), row.number("h")]
          .compactMap { $0 }
        add(name ?? "", box, to: photo, &names, &places)
      }
      guard !names.photos.isEmpty else {
        throw ImportError.noNames(path: file.path, detail: "no marker in it has a name")
      }
      return names
    }
  }

  private static func add(
    _ name: String, _ box: [Double], to photo: String, _ names: inout ImportedNames,
    _ places: inout [String: Int]
  ) {
    guard box.count == 4 else {
      names.leftOut.add("the box cannot be read", photo)
      return
    }
    let place = names.place(of: photo, &places)
    names.photos[place].regions.append(
      NamedRegion(name: name, box: Box(x: box[0], y: box[1], width: box[2], height: box[3])))
  }

  // MARK: Table

  /// `SELECT file_name, marker_type, marker_name, marker_invalid, x, y, w, h FROM markers JOIN files USING (file_uid)`.
  private static func table(_ file: URL) throws(ImportError) -> ImportedNames {
    func bad(_ reason: String) -> ImportError { .unreadable(path: file.path, reason: reason) }
    let rows: [CSVReader.Row]
    do {
      rows = try CSVReader.rows(of: String(decoding: try ImportFiles.data(file), as: UTF8.self))
    } catch let error as CSVError {
      throw bad("line \(error.line): \(error.reason)")
    } catch let error as ImportError {
      throw error
    } catch {
      throw bad("\(error)")
    }
    let titles = rows.first?.fields.map { $0.lowercased() } ?? []
    func column(_ name: String) -> Int? { titles.firstIndex(of: name) }
    guard let photo = column("file_name"), let who = column("subj_name") ?? column("marker_name"),
      let x = column("x"), let y = column("y"), let w = column("w"), let h = column("h")
    else { throw bad("its header line needs the columns file_name, marker_name, x, y, w and h") }
    var names = ImportedNames()
    var places: [String: Int] = [:]
    for row in rows.dropFirst() {
      guard row.fields.count == titles.count else {
        throw bad(
          "line \(row.line) has \(row.fields.count) fields where \(titles.count) are wanted")
      }
      let field = { (place: Int) in row.fields[place].fromCSVField }
      let invalid = column("marker_invalid").map { ["1", "true"].contains(field($0).lowercased()) }
      if let fault = fault(
        of: field(who), isInvalid: invalid ?? false, kind: column("marker_type").map(field))
      {
        names.leftOut.add(fault, field(photo))
        continue
      }
      add(
        field(who), [x, y, w, h].compactMap { Double(field($0)) }, to: field(photo), &names,
        &places)
    }
    guard !names.photos.isEmpty else { throw .noNames(path: file.path, detail: "") }
    return names
  }

  // MARK: Files

  private static func files(_ files: [URL], below folder: URL?) throws(ImportError) -> ImportedNames
  {
    var names = ImportedNames()
    var places: [String: Int] = [:]
    for file in files {
      do {
        if file.pathExtension.lowercased() == "json" {
          photos(try ImportFiles.json(file), &names, &places)
        } else {
          try sidecar(file, below: folder, &names)
        }
      } catch {
        // One file that is damaged is no reason to leave the others.
        guard files.count > 1 else { throw error }
        names.leftOut.add("the file cannot be read", "\(error)")
      }
    }
    guard !names.photos.isEmpty else {
      throw .noNames(
        path: (folder ?? files.first)?.path ?? "",
        detail: "neither a marker of a photo nor a sidecar has a name")
    }
    return names
  }

  /// Photos as the API answers them, in whatever they are wrapped.
  private static func photos(
    _ value: Any, _ names: inout ImportedNames, _ places: inout [String: Int]
  ) {
    if let list = value as? [Any] {
      for entry in list { photos(entry, &names, &places) }
      return
    }
    guard let photo = value as? [String: Any] else { return }
    for file in (photo["Files"] as? [Any] ?? [photo]).compactMap({ $0 as? [String: Any] }) {
      guard let markers = file["Markers"] as? [Any] else { continue }
      guard let path = file["Name"] as? String ?? file["FileName"] as? String else {
        names.leftOut.add("the photo has no path", count: markers.count)
        continue
      }
      for marker in markers.compactMap({ $0 as? [String: Any] }) {
        let name = marker["Name"] as? String
        if let fault = fault(
          of: name, isInvalid: marker["Invalid"] as? Bool ?? false, kind: marker["Type"] as? String)
        {
          names.leftOut.add(fault, path)
          continue
        }
        let box = ["X", "Y", "W", "H"].compactMap { (marker[$0] as? NSNumber)?.doubleValue }
        add(name ?? "", box, to: path, &names, &places)
      }
    }
  }

  /// The names of `Details: Subject: Ann, Joe`; the photo is called as the sidecar and lies in the folder of the same name.
  private static func sidecar(
    _ file: URL, below folder: URL?, _ names: inout ImportedNames
  ) throws(ImportError) {
    guard let text = String(data: try ImportFiles.data(file), encoding: .utf8) else {
      throw .unreadable(path: file.path, reason: "it is not UTF-8")
    }
    var (isInDetails, subject) = (false, "")
    var original: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let isIndented = line.first == " "
      let pair = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard let key = pair.first else { continue }
      if !isIndented {
        isInDetails = key == "Details"
        if key == "OriginalName", pair.count == 2 { original = unquoted(pair[1]) }
      } else if isInDetails, key == "Subject", pair.count == 2 {
        subject = unquoted(pair[1])
      }
    }
    let people = subject.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard !people.isEmpty else {
      names.leftOut.add("the photo lists nobody")
      return
    }
    // A sidecar does not say what the ending of its photo is.
    let path = file.deletingPathExtension().path
    let relative = folder.map {
      path.hasPrefix($0.path) ? String(path.dropFirst($0.path.count)) : path
    }
    names.photos.append(
      PhotoNames(path: (relative ?? path) + "." + (original.map(ending) ?? "jpg"), names: people))
  }

  private static func ending(_ name: String) -> String {
    let ending = (name as NSString).pathExtension.lowercased()
    return ending.isEmpty ? "jpg" : ending
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, let quote = text.first, quote == text.last, "\"'".contains(quote) else {
      return text
    }
    return String(text.dropFirst().dropLast())
  }
}
