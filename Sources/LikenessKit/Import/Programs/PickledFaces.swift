import Foundation
import LikenessCore

/// Pickles of Python programs that recognise faces, which are read and never executed.
///
/// - deepface's `ds_model_*.pkl` and `representations_*.pkl`: for each face the photo's path and its box. The name is that of the folder.
/// - face_recognition's, as its users write them: encodings with names, `{"encodings": […], "names": […]}`, `{name: encoding}`, `(encodings, names)`,
///   or a list of `{"name": …, "encoding": …}`; and lists of `{"imagePath": …, "loc": (top, right, bottom, left), …}` with a `name`.
public enum PickledFaces {
  /// - Throws: `ImportError`
  public static func read(_ file: URL) throws(ImportError) -> ImportedNames {
    let data = try ImportFiles.data(file)
    let document: PickleDocument
    do {
      document = try PickleReader.document(data)
    } catch {
      throw .unreadable(path: file.path, reason: error.reason)
    }
    defer { withExtendedLifetime(document) {} }
    let value = document.value
    var names = ImportedNames(folder: file.standardizedFileURL.deletingLastPathComponent())
    if let rows = value.entries, !rows.isEmpty, rows.allSatisfy({ Self.identity(of: $0) != nil }) {
      readRepresentations(rows, &names)
    } else if let rows = value.entries, rows.contains(where: { $0["imagePath"] != nil }) {
      readPlaces(rows, &names)
    } else if let encodings = Self.encodings(value, &names) {
      names.encodings = encodings
    } else {
      throw .notSupported(
        path: file.path,
        reason: "it has neither deepface's representations nor encodings with names")
    }
    guard !names.photos.isEmpty || !names.encodings.isEmpty else {
      throw .noNames(path: file.path, detail: "none of its faces has a name")
    }
    return names
  }

  // MARK: deepface

  /// The path of a row: `{"identity": path, …}`, in earlier versions `[path, embedding]`.
  private static func identity(of row: PickleValue) -> String? {
    if let path = row["identity"]?.text { return path }
    guard let entries = row.entries, entries.count >= 2, let path = entries[0].text,
      entries[1].vector != nil || entries[1].entries?.isEmpty == true
    else { return nil }
    return path
  }

  private static func readRepresentations(_ rows: [PickleValue], _ names: inout ImportedNames) {
    let paths = rows.compactMap { identity(of: $0) }
    let depth = sharedDepth(paths)
    var places: [String: Int] = [:]
    for (row, path) in zip(rows, paths) {
      guard let name = Self.name(of: path, below: depth) else {
        names.leftOut.add("the file's name says nothing of whom it shows", path)
        continue
      }
      let place = names.place(of: path, &places)
      let box = ["target_x", "target_y", "target_w", "target_h"].compactMap { row[$0]?.double }
      if box.count == 4, box[2] > 0, box[3] > 0 {
        // deepface has every face of a photo in a folder: whose it is follows from the others.
        names.photos[place].regions.append(
          NamedRegion(
            name: name, box: Box(x: box[0], y: box[1], width: box[2], height: box[3]), unit: .pixels
          )
        )
      } else if !names.photos[place].names.contains(name) {
        names.photos[place].names.append(name)
      }
    }
    for place in names.photos.indices where names.photos[place].regions.count > 1 {
      names.photos[place].names = [names.photos[place].regions[0].name]
      names.photos[place].regions = []
    }
  }

  private static func parts(_ path: String) -> [Substring] {
    path.split { $0 == "/" || $0 == "\\" }
  }

  /// How many folders all paths begin with.
  private static func sharedDepth(_ paths: [String]) -> Int {
    guard let first = paths.first.map({ Array(parts($0).dropLast()) }) else { return 0 }
    return paths.reduce(first.count) { depth, path in
      min(depth, zip(first, parts(path).dropLast()).prefix { $0 == $1 }.count)
    }
  }

  /// The folder below those that all photos lie in, else what the file is called by.
  private static func name(of path: String, below depth: Int) -> String? {
    let parts = Self.parts(path)
    if parts.count > depth + 1 { return String(parts[depth]) }
    return parts.last.flatMap { NameSource.auto.name(of: URL(fileURLWithPath: "/" + $0)) }
  }

  // MARK: face_recognition

  private static func readPlaces(_ rows: [PickleValue], _ names: inout ImportedNames) {
    for row in rows {
      guard let path = row["imagePath"]?.text else {
        names.leftOut.add("the photo has no path")
        continue
      }
      guard let name = row["name"]?.text else {
        names.leftOut.add("the face has no name", path)
        continue
      }
      // face_recognition gives boxes as top, right, bottom and left.
      let sides = row["loc"]?.entries?.compactMap(\.double) ?? []
      guard sides.count == 4 else {
        names.photos.append(PhotoNames(path: path, names: [name]))
        continue
      }
      names.photos.append(
        PhotoNames(
          path: path,
          regions: [
            NamedRegion(
              name: name,
              box: Box(
                x: sides[3], y: sides[0], width: sides[1] - sides[3], height: sides[2] - sides[0]),
              unit: .pixels)
          ]))
    }
  }

  /// Encodings with names; nil where the value is nothing like that.
  private static func encodings(
    _ value: PickleValue, _ names: inout ImportedNames
  ) -> [NamedEncoding]? {
    var pairs: [(name: PickleValue?, encoding: PickleValue)] = []
    if let encodings = value["encodings"]?.entries, let known = value["names"]?.entries {
      guard encodings.count == known.count else { return nil }
      pairs = zip(known, encodings).map { ($0, $1) }
    } else if case .dictionary(let dictionary) = value {
      for (name, encoding) in dictionary.entries {
        if encoding.vector != nil {
          pairs.append((name, encoding))
        } else {
          pairs += (encoding.entries ?? []).map { (name, $0) }
        }
      }
    } else if let rows = value.entries, rows.contains(where: { $0["encoding"] != nil }) {
      pairs = rows.compactMap { row in row["encoding"].map { (row["name"], $0) } }
    } else if let two = value.entries, two.count == 2, let first = two[0].entries,
      let second = two[1].entries, first.count == second.count
    {
      let isNamesFirst = first.allSatisfy { $0.text != nil }
      pairs = zip(isNamesFirst ? first : second, isNamesFirst ? second : first).map { ($0, $1) }
    } else {
      return nil
    }
    var encodings: [NamedEncoding] = []
    for pair in pairs {
      guard let name = pair.name?.text else {
        names.leftOut.add("the face has no name")
        continue
      }
      guard let vector = pair.encoding.vector, Embedding(vector).defect == nil else {
        names.leftOut.add("the embedding is no vector of numbers", name)
        continue
      }
      encodings.append(NamedEncoding(name: name, embedding: Embedding(vector)))
    }
    return encodings.isEmpty && names.leftOut.entries.isEmpty ? nil : encodings
  }
}
