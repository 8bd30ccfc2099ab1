import Foundation
import LikenessCore

/// Answers of immich's API that were saved as JSON files: assets with their people and these people's faces (`GET /api/assets/ID`,
/// `POST /api/search/metadata` with `withPeople`), people (`GET /api/people`), and the faces of an asset (`GET /api/faces?id=ID`) in a file
/// that is called by the asset's id.
public enum ImmichExport {
  /// What was found in the files, in whatever order they come.
  private struct Answers {
    /// The paths of assets by their ids.
    var paths: [String: String] = [:]
    /// Names of people by their ids.
    var people: [String: String] = [:]
    /// Faces by their ids, so that a face that is in two answers counts once.
    var faces: [String: Face] = [:]
    /// People of assets without their faces.
    var lists: [String: [String]] = [:]
    var faults = ImportTally()
  }

  private struct Face {
    var asset: String
    var person: String?
    var box: Box?
  }

  /// - Parameter place: a JSON file, or a folder of them.
  /// - Throws: `ImportError`
  public static func read(_ place: URL) throws(ImportError) -> ImportedNames {
    let files = try ImportFiles.files(at: place, endings: ["json"])
    guard !files.isEmpty else {
      throw .noNames(path: place.path, detail: "there are no JSON files in it")
    }
    var answers = Answers()
    for file in files {
      let asset = file.deletingPathExtension().lastPathComponent
      do {
        take(try ImportFiles.json(file), asset: asset, &answers)
      } catch {
        // One file that is damaged is no reason to leave the others.
        guard files.count > 1 else { throw error }
        answers.faults.add("the file cannot be read", "\(error)")
      }
    }
    let names = Self.names(of: answers)
    guard !names.photos.isEmpty else {
      throw .noNames(
        path: place.path,
        detail: answers.paths.isEmpty
          ? "no answer has an asset with its path" : "no person of an asset has a name")
    }
    return names
  }

  /// Takes whatever an answer consists of. No answer is nested deeper than JSON's reader goes.
  private static func take(_ value: Any, asset: String, _ answers: inout Answers) {
    if let list = value as? [Any] {
      for entry in list { take(entry, asset: asset, &answers) }
      return
    }
    guard let object = value as? [String: Any] else { return }
    if object["boundingBoxX1"] != nil {
      take(face: object, of: object["assetId"] as? String ?? asset, person: nil, &answers)
      return
    }
    if let id = object["id"] as? String,
      let path = object["originalPath"] as? String ?? object["originalFileName"] as? String
    {
      answers.paths[id] = path
      for person in (object["people"] as? [Any] ?? []).compactMap({ $0 as? [String: Any] }) {
        take(person: person, of: id, &answers)
      }
      for face in (object["unassignedFaces"] as? [Any] ?? []).compactMap({ $0 as? [String: Any] }) {
        take(face: face, of: id, person: nil, &answers)
      }
      return
    }
    if let id = object["id"] as? String, let name = object["name"] as? String {
      answers.people[id] = name
      return
    }
    for (_, entry) in object.sorted(by: { $0.key < $1.key }) {
      take(entry, asset: asset, &answers)
    }
  }

  private static func take(
    person: [String: Any], of asset: String, _ answers: inout Answers
  ) {
    guard let id = person["id"] as? String else { return }
    if let name = person["name"] as? String { answers.people[id] = name }
    let faces = (person["faces"] as? [Any] ?? []).compactMap { $0 as? [String: Any] }
    if faces.isEmpty { answers.lists[asset, default: []].append(id) }
    for face in faces { take(face: face, of: asset, person: id, &answers) }
  }

  private static func take(
    face: [String: Any], of asset: String, person: String?, _ answers: inout Answers
  ) {
    var person = person
    if let known = face["person"] as? [String: Any] {
      person = known["id"] as? String
      if let person, let name = known["name"] as? String { answers.people[person] = name }
    }
    func number(_ key: String) -> Double? { (face[key] as? NSNumber)?.doubleValue }
    var box: Box?
    if let x1 = number("boundingBoxX1"), let x2 = number("boundingBoxX2"),
      let y1 = number("boundingBoxY1"), let y2 = number("boundingBoxY2"),
      let width = number("imageWidth"), let height = number("imageHeight"), width > 0, height > 0
    {
      box = Box(
        x: x1 / width, y: y1 / height, width: (x2 - x1) / width, height: (y2 - y1) / height)
    }
    let id = face["id"] as? String ?? "\(asset) \(answers.faces.count)"
    answers.faces[id] = Face(asset: asset, person: person, box: box)
  }

  private static func names(of answers: Answers) -> ImportedNames {
    var names = ImportedNames()
    names.leftOut = answers.faults
    var photos: [String: PhotoNames] = [:]
    for (_, face) in answers.faces.sorted(by: { $0.key < $1.key }) {
      guard let path = answers.paths[face.asset] else {
        names.leftOut.add("no answer says which photo the face is on")
        continue
      }
      guard let name = face.person.flatMap({ answers.people[$0] }), !name.isEmpty else {
        names.leftOut.add("the face has no name", path)
        continue
      }
      guard let box = face.box else {
        names.leftOut.add("the box cannot be read", path)
        continue
      }
      photos[face.asset, default: PhotoNames(path: path)].regions.append(
        NamedRegion(name: name, box: box))
    }
    for (asset, people) in answers.lists.sorted(by: { $0.key < $1.key }) {
      guard let path = answers.paths[asset] else { continue }
      let known = photos[asset]?.regions.map(\.name) ?? []
      let others = people.compactMap { answers.people[$0] }.filter {
        !$0.isEmpty && !known.contains($0)
      }
      guard !others.isEmpty else {
        if known.isEmpty { names.leftOut.add("the face has no name", path) }
        continue
      }
      photos[asset, default: PhotoNames(path: path)].names += others
    }
    names.photos = photos.values.sorted { $0.path < $1.path }
    return names
  }
}
