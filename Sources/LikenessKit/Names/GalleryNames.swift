import GalleryCore
import LikenessCore

/// The names of a gallery: those that faces were added by, and those that people were given. A name may have no faces yet.
public struct GalleryNames: Sendable {
  let gallery: OpenGallery
  let people: GalleryPeople

  /// Every name that faces were added by, in order.
  /// - Throws: `GalleryError`
  public func summaries() throws -> [NameSummary] { try gallery.reader().names() }

  /// All names that faces were added by or that people were given, in order.
  /// - Throws: `GalleryError`
  public func all() throws -> [String] {
    let store = try gallery.reader()
    return Set(try store.names().map(\.name)).union(try store.givenPersonNames()).sorted()
  }

  /// A name as it is written in the gallery, whatever its case; nil if there is none.
  /// - Throws: `GalleryError`
  public func spelling(of name: String) throws -> String? {
    let wanted = name.precomposedStringWithCanonicalMapping
    let all = try self.all()
    return all.first { $0 == wanted } ?? all.first { $0.lowercased() == wanted.lowercased() }
  }

  /// Adds a name that has no faces yet.
  /// - Throws: `GalleryError`
  public func add(_ name: String) throws { try gallery.writer().addName(name) }

  /// Renames whoever goes by a name; if the new name exists already, the two are merged.
  /// - Throws: `GalleryError`
  public func rename(_ old: String, to new: String) throws {
    let store = try gallery.writer()
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
  public func remove(_ names: [String]) throws -> Int {
    let store = try gallery.reader()
    let faces = Set(try names.flatMap { try store.faces(named: $0).map(\.id) })
    let receipt = try FaceRecords(gallery: gallery).remove(faces.sorted())
    // Removing a name without faces removes no face.
    try gallery.writer().removeEmptyNames(names)
    return receipt.faces.count
  }

  /// Gives a face a name, whatever it went by before: it leaves a person of another name.
  /// - Throws: `LikenessError`, `GalleryError`
  public func assign(_ name: String, to face: FaceID) throws {
    let faces = FaceRecords(gallery: gallery)
    guard try faces.entry(face).name != name else { return }
    try faces.setName(name, of: face)
    let entry = try faces.entry(face)
    if entry.name != name, let person = entry.person {
      _ = try people.tell(face, apartFrom: person)
    }
  }

  /// Faces that go by a name, in the order of their ids.
  /// - Parameters:
  ///   - name: the name, as it is written in the gallery; nil for all.
  ///   - offset: how many faces to pass over.
  ///   - limit: the most faces to return.
  /// - Throws: `GalleryError`
  public func faces(
    named name: String?, offset: Int, limit: Int
  ) throws -> (faces: [(face: FaceID, name: String)], total: Int) {
    let store = try gallery.reader()
    guard let name else { return try store.namedFaces(offset: offset, limit: limit) }
    let faces = try store.faces(named: name).map { ($0.id, name) }
    return (Array(faces.dropFirst(offset).prefix(limit)), faces.count)
  }

  /// Removes a name from the gallery, with all of its faces: those added by it, and those of the person whom the user gave
  /// it, after new faces were assigned to people.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `GalleryError`, `IndexError`
  public func remove(_ text: String) throws -> RemovalReceipt {
    var store = try gallery.reader()
    let found = try gallery.name(text, in: store)
    let isPerson = try store.person(named: found) != nil
    store = try isPerson ? people.storeForEdits() : gallery.writer()
    let receipt = try store.remove(name: found)
    try gallery.forgetRemoved(from: store)
    return receipt
  }
}
