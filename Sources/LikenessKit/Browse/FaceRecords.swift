import Foundation
import GalleryCore
import LikenessCore

/// The faces of a gallery.
public struct FaceRecords: Sendable {
  let gallery: OpenGallery

  /// How many faces the gallery has, doubtful ones among them.
  /// - Throws: `GalleryError`
  public func count() throws -> Int { try gallery.reader().faceCount() }

  /// Faces of ids above one, in the order of their ids.
  /// - Throws: `GalleryError`
  public func page(
    after id: FaceID, limit: Int, filter: FaceFilter = FaceFilter()
  ) throws -> Page<FaceEntry, FaceID> {
    let store = try gallery.reader()
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
  public func entries(_ ids: [FaceID]) throws -> [FaceEntry] {
    try gallery.reader().entries(of: ids)
  }

  /// The entry of one face.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func entry(_ id: FaceID) throws -> FaceEntry {
    guard let face = try entries([id]).first else { throw LikenessError.unknownFace(id) }
    return face
  }

  /// A small JPEG of a face; nil where none is kept.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func thumbnail(of id: FaceID) throws -> Data? {
    let store = try gallery.reader()
    if let data = try store.thumbnail(face: id) { return data }
    try gallery.requireFace(id, in: store)
    return nil
  }

  /// The embedding of a face, `(d,)`.
  /// - Throws: `LikenessError.unknownFace`, `.notEmbedded`, `GalleryError`
  public func embedding(of id: FaceID) throws -> Embedding {
    try gallery.embedding(of: id, in: gallery.reader())
  }

  /// What some faces go by, by their ids: the names that their people were given, else those they were added by.
  /// - Throws: `GalleryError`
  public func names(of faces: some Collection<FaceID>) throws -> [FaceID: String] {
    var names: [FaceID: String] = [:]
    for entry in try gallery.reader().entries(of: faces) { names[entry.face.id] = entry.name }
    return names
  }

  /// Sets a face's name; nil removes it.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func setName(_ name: String?, of face: FaceID) throws {
    let store = try gallery.writer()
    try gallery.requireFace(face, in: store)
    try store.setName(name, face: face)
  }

  /// Confirms that a doubtful face is a face.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func confirm(_ face: FaceID) throws {
    let store = try gallery.writer()
    try gallery.requireFace(face, in: store)
    try store.confirm(faces: [face])
  }

  /// Removes faces from the gallery in one transaction; faces that do not exist are not in the receipt.
  /// - Throws: `GalleryError`
  public func remove(_ faces: [FaceID]) throws -> RemovalReceipt {
    try gallery.remove(Removal(faces: faces), from: gallery.writer())
  }

  /// Removes one face from the gallery.
  /// - Parameters:
  ///   - face: the face to remove.
  ///   - sharedPhotos: what becomes of its photo where that shows others, too.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func remove(
    _ face: FaceID, sharedPhotos: Removal.SharedPhotos = .keep
  ) throws -> RemovalReceipt {
    let receipt = try gallery.remove(
      Removal(faces: [face], sharedPhotos: sharedPhotos), from: gallery.writer())
    guard !receipt.isEmpty else { throw LikenessError.unknownFace(face) }
    return receipt
  }
}
