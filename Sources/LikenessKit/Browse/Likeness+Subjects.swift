import GalleryCore
import LikenessCore

/// Names as other programs know them: each is a subject with some faces, or with none yet.
extension Likeness {
  /// All names that faces were added by or that people were given, in order.
  /// - Throws: `GalleryError`
  public func subjects() throws -> [String] {
    let store = try reader()
    return Set(try store.names().map(\.name)).union(try store.givenPersonNames()).sorted()
  }

  /// A name as it is written in the gallery, whatever its case; nil if there is none.
  /// - Throws: `GalleryError`
  public func subject(_ name: String) throws -> String? {
    let wanted = name.precomposedStringWithCanonicalMapping
    let all = try subjects()
    return all.first { $0 == wanted } ?? all.first { $0.lowercased() == wanted.lowercased() }
  }

  /// Adds a name that has no faces yet.
  /// - Throws: `GalleryError`
  public func addName(_ name: String) throws { try writer().addName(name) }

  /// Renames a subject; if the new name exists already, the two are merged.
  /// - Throws: `GalleryError`
  public func renameSubject(_ old: String, to new: String) throws {
    let store = try writer()
    if try store.names().contains(where: { $0.name == old }) {
      try store.rename(old, to: new, merging: true)
    }
    guard let person = try store.person(named: old) else { return }
    if let other = try store.person(named: new), other != person {
      _ = try store.merge(people: [other, person], name: new, anyway: true)
    } else {
      _ = try store.name(person: person, new)
    }
  }

  /// Removes names with all of their faces, at once.
  /// - Parameter names: as they are written in the gallery.
  /// - Returns: how many faces were removed.
  /// - Throws: `GalleryError`, `IndexError`
  public func removeSubjects(_ names: [String]) throws -> Int {
    let store = try reader()
    let faces = Set(try names.flatMap { try store.faces(named: $0).map(\.id) })
    let receipt = try remove(faces: faces.sorted())
    // Removing a name without faces removes no face.
    try writer().removeEmptyNames(names)
    return receipt.faces.count
  }

  /// Assigns a face to a subject, whatever it was assigned to before: it leaves a person of another name.
  /// - Throws: `LikenessError`, `GalleryError`
  public func setSubject(_ name: String, ofFace face: FaceID) throws {
    guard try faceEntry(face).name != name else { return }
    try setName(name, ofFace: face)
    let entry = try faceEntry(face)
    if entry.name != name, let person = entry.person {
      _ = try tellFace(face, apartFrom: person)
    }
  }

  /// Faces that go by a name, in the order of their ids.
  /// - Parameters:
  ///   - subject: the name, as it is written in the gallery; nil for all.
  ///   - offset: how many faces to pass over.
  ///   - limit: the most faces to return.
  /// - Throws: `GalleryError`
  public func namedFaces(
    subject: String?, offset: Int, limit: Int
  ) throws -> (faces: [(face: FaceID, name: String)], total: Int) {
    let store = try reader()
    guard let subject else { return try store.namedFaces(offset: offset, limit: limit) }
    let faces = try store.faces(named: subject).map { ($0.id, subject) }
    return (Array(faces.dropFirst(offset).prefix(limit)), faces.count)
  }
}
