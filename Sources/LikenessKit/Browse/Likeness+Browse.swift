import Faces
import Foundation
import GalleryCore
import LikenessCore

/// A page of a long list, with the cursor of the next one.
public struct Page<Item: Sendable, ID: RecordID>: Sendable {
  /// What the page shows, in order.
  public let items: [Item]
  /// The last id of this page; nil at the end.
  public let next: ID?
  /// The number of items on all pages.
  public let total: Int
}

/// Paging through a gallery.
extension Likeness {
  /// Photos of ids above one, in the order in which they were added.
  /// - Throws: `GalleryError`
  public func photos(after id: PhotoID, limit: Int) throws -> Page<PhotoEntry, PhotoID> {
    let store = try reader()
    let some = try store.photos(after: id, limit: limit + 1)
    return Page(
      items: Array(some.prefix(limit)), next: some.count > limit ? some[limit - 1].photo.id : nil,
      total: try store.photoCount())
  }

  /// A photo and its faces, the most prominent first.
  /// - Throws: `LikenessError.unknownPhoto`, `GalleryError`
  public func photoEntry(_ id: PhotoID) throws -> (photo: PhotoEntry, faces: [FaceEntry]) {
    let store = try reader()
    guard let photo = try store.photoEntry(id) else {
      throw LikenessError.unknownPhoto("\(id)", candidates: [])
    }
    return (photo, try store.entries(of: try store.faces(inPhoto: id).map(\.id)))
  }

  /// Faces of ids above one, in the order of their ids.
  /// - Throws: `GalleryError`
  public func faces(
    after id: FaceID, limit: Int, filter: FaceFilter = FaceFilter()
  ) throws -> Page<FaceEntry, FaceID> {
    let store = try reader()
    let (some, total): ([FaceID], Int)
    if let allowed = try filter.faces(of: store) {
      (some, total) = (
        Array(allowed.filter { $0 > id }.sorted().prefix(limit + 1)), allowed.count
      )
    } else {
      (some, total) = (try store.faces(after: id, limit: limit + 1), try store.faceCount())
    }
    return Page(
      items: try store.entries(of: some.prefix(limit)),
      next: some.count > limit ? some[limit - 1] : nil, total: total)
  }

  /// The entries of the given faces that exist, in the given order.
  /// - Throws: `GalleryError`
  public func faceEntries(_ ids: [FaceID]) throws -> [FaceEntry] { try reader().entries(of: ids) }

  /// The entry of one face.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func faceEntry(_ id: FaceID) throws -> FaceEntry {
    guard let face = try faceEntries([id]).first else { throw LikenessError.unknownFace(id) }
    return face
  }

  /// A photo of the gallery, from its file.
  /// - Throws: `LikenessError.unknownPhoto`, `PhotoError`, `GalleryError`
  public func photo(_ id: PhotoID, limits: PhotoLimits = .default) throws -> Photo {
    guard let stored = try reader().photo(id: id) else {
      throw LikenessError.unknownPhoto("\(id)", candidates: [])
    }
    // Errors are to call it as people do, not by where it lies.
    let data = try Photo.read(contentsOf: URL(fileURLWithPath: stored.path), limits: limits)
    return try Photo.decode(data, limits: limits, path: stored.name)
  }

  /// A small JPEG of a face; nil where none is kept.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func thumbnail(ofFace id: FaceID) throws -> Data? {
    let store = try reader()
    if let data = try store.thumbnail(face: id) { return data }
    guard try store.face(id: id) != nil else { throw LikenessError.unknownFace(id) }
    return nil
  }

  /// The embedding of a face, `(d,)`.
  /// - Throws: `LikenessError.unknownFace`, `.notEmbedded`, `GalleryError`
  public func embedding(ofFace id: FaceID) throws -> Embedding {
    let store = try reader()
    if let embedding = try store.embedding(face: id) { return embedding }
    try requireEmbedding(of: id, in: store)
    throw LikenessError.unknownFace(id)
  }

  /// The photos of some faces, by the faces' ids; faces that are not there have none.
  /// - Throws: `GalleryError`
  public func photos(ofFaces faces: some Sequence<FaceID>) throws -> [FaceID: StoredPhoto] {
    let store = try reader()
    var photos: [FaceID: StoredPhoto] = [:]
    var known: [PhotoID: StoredPhoto] = [:]
    for (face, photo) in try store.photos(ofFaces: Set(faces)) {
      if known[photo] == nil { known[photo] = try store.photo(id: photo) }
      photos[face] = known[photo]
    }
    return photos
  }

  /// What some faces go by, by their ids: the names that their people were given, else those they were added by.
  /// - Throws: `GalleryError`
  public func names(ofFaces faces: some Collection<FaceID>) throws -> [FaceID: String] {
    var names: [FaceID: String] = [:]
    for entry in try reader().entries(of: faces) { names[entry.face.id] = entry.name }
    return names
  }

  // Whether the calls of the same names would answer at once, from what is kept in memory.

  /// Whether `people()` answers at once, since the gallery has not changed since it last did.
  public var hasPeopleAtHand: Bool { lastPeople.value(at: try? revision()) != nil }
  /// Whether `mergeSuggestions()` answers at once, since the gallery has not changed since it last did.
  public var hasMergeSuggestionsAtHand: Bool { lastSuggestions.value(at: try? revision()) != nil }
  /// Whether `graph()` answers at once, since the gallery has not changed since it last did.
  public var hasGraphAtHand: Bool { lastGraph.value(at: try? revision()) != nil }

  /// How many faces the gallery has, doubtful ones among them.
  /// - Throws: `GalleryError`
  public func faceCount() throws -> Int { try reader().faceCount() }

  /// Counts the changes of the gallery.
  /// - Throws: `GalleryError`
  public func revision() throws -> Int { try reader().revision() }

  /// Sets a face's name; nil removes it.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func setName(_ name: String?, ofFace face: FaceID) throws {
    let store = try writer()
    guard try store.face(id: face) != nil else { throw LikenessError.unknownFace(face) }
    try store.setName(name, face: face)
  }

  /// Confirms that a doubtful face is a face.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func confirm(face: FaceID) throws {
    let store = try writer()
    guard try store.face(id: face) != nil else { throw LikenessError.unknownFace(face) }
    try store.confirm(faces: [face])
  }

  /// Sets labels of a face: values by key, nil to remove one.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func setLabels(_ labels: [String: String?], ofFace face: FaceID) throws {
    let store = try writer()
    guard try store.face(id: face) != nil else { throw LikenessError.unknownFace(face) }
    try store.setLabels([face: labels])
  }
}
