import GalleryCore
import LikenessCore

/// The names of a gallery. A face goes by the name that the user gave to its person, else by the one that it was added by.
/// A name may have no faces yet.
public struct GalleryNames: Sendable {
  let gallery: OpenGallery
  let people: GalleryPeople

  /// Every name that faces go by, and names without faces, in order.
  /// - Throws: `GalleryError`
  public func summaries() throws -> [NameSummary] { try gallery.reader().names() }

  /// The same without numbers.
  /// - Throws: `GalleryError`
  public func all() throws -> [String] {
    try gallery.reader().names().map(\.name)
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
    do {
      try store.rename(old, to: new, merging: true)
    } catch GalleryError.unknownName {
      // No face was added by it: it is a person's.
    }
    guard let person = try store.person(named: old) else { return }
    if let other = try store.person(named: new), other != person {
      _ = try store.merge(people: [other, person], name: new, anyway: true)
    } else {
      _ = try store.name(person: person, new)
    }
  }

  /// Gives a face a name, whatever it went by before: it leaves a person of another name.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func assign(_ name: String, to face: FaceID) throws {
    try gallery.requireFace(face, in: gallery.reader())
    try assign([face: name])
  }

  /// Gives faces names, or takes them away with nil, whatever they went by before: a face leaves a person of another name.
  /// - Returns: the faces that go by another name now; those that are not there are passed over.
  /// - Throws: `GalleryError`
  @discardableResult
  public func assign(_ names: [FaceID: String?]) throws -> Set<FaceID> {
    guard !names.isEmpty else { return [] }
    let wanted = names.mapValues { $0?.precomposedStringWithCanonicalMapping }
    var changed: Set<FaceID> = []
    do {
      let store = try gallery.writer()
      for entry in try store.entries(of: wanted.keys.sorted()) {
        guard let name = wanted[entry.face.id], name != entry.name else { continue }
        try store.setName(name, face: entry.face.id)
        changed.insert(entry.face.id)
      }
    }
    // Those that go by the name of their person still.
    for entry in try gallery.reader().entries(of: changed.sorted()) {
      guard let name = wanted[entry.face.id], name != entry.name, let person = entry.person else {
        continue
      }
      if try gallery.reader().faces(ofPeople: [person]).count > 1 {
        try people.tell(entry.face.id, apartFrom: person)
      } else {
        try rename(person, name)
      }
    }
    return changed
  }

  /// Gives a person of one face another name, or none. Whoever has the name already is the same person.
  private func rename(_ person: PersonID, _ name: String?) throws {
    let store = try gallery.writer()
    guard let name else {
      _ = try store.unname(person: person)
      return
    }
    if let bearer = try store.person(named: name) {
      _ = try store.merge(people: [bearer, person], name: name, anyway: true)
    } else {
      _ = try store.name(person: person, name)
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
}
