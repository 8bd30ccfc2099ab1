import Faces
import Foundation
import GalleryCore
import LikenessCore

/// The photos of a gallery.
public struct PhotoRecords: Sendable {
  let gallery: OpenGallery
  let catalogues: PhotoCatalogues

  /// Every photo, in the order in which they were added.
  /// - Throws: `GalleryError`, `LikenessError.tooLarge`
  public func list() throws -> [ListedPhoto] {
    let faces = try gallery.faces()
    let own = Dictionary(grouping: faces.faces + faces.unembedded, by: \.photo)
    return faces.photos.values.sorted { $0.id < $1.id }.map {
      ListedPhoto(
        id: $0.id, photo: $0.path, width: $0.width, height: $0.height, taken: $0.taken.time,
        faces: own[$0.id, default: []].count,
        doubtful: own[$0.id, default: []].count(where: \.quality.isDoubtful))
    }
  }

  /// Photos of ids above one, in the order in which they were added.
  /// - Throws: `GalleryError`
  public func page(after id: PhotoID, limit: Int) throws -> Page<PhotoEntry, PhotoID> {
    let store = try gallery.reader()
    let some = try store.photos(after: id, limit: limit + 1)
    return Page(
      items: Array(some.prefix(limit)), next: some.count > limit ? some[limit - 1].photo.id : nil,
      total: try store.photoCount())
  }

  /// Photos of a query, in its order.
  /// - Parameters:
  ///   - query: which photos, and how they are sorted.
  ///   - last: the photo before the first one of the page; nil to begin.
  ///   - limit: the maximum number of photos.
  /// - Throws: `LikenessError.unknownPhoto` if `last` is not there any more, `.tooLarge`; `GalleryError`
  public func page(
    _ query: PhotoQuery, after last: PhotoID? = nil, limit: Int
  ) throws -> Page<PhotoEntry, PhotoID> {
    try catalogues.current().page(query, after: last, limit: limit)
  }

  /// A photo and its faces, the most prominent first.
  /// - Throws: `LikenessError.unknownPhoto`, `GalleryError`
  public func entry(_ id: PhotoID) throws -> (photo: PhotoEntry, faces: [FaceEntry]) {
    let store = try gallery.reader()
    guard let photo = try store.photoEntry(id) else {
      throw LikenessError.unknownPhoto(id.reference, candidates: [])
    }
    return (photo, try store.entries(of: try store.faces(inPhoto: id).map(\.id)))
  }

  /// A photo of the gallery, from its file.
  /// - Throws: `LikenessError.unknownPhoto`, `PhotoError`, `GalleryError`
  public func decoded(_ id: PhotoID, limits: PhotoLimits = .default) throws -> Photo {
    guard let stored = try gallery.reader().photo(id: id) else {
      throw LikenessError.unknownPhoto(id.reference, candidates: [])
    }
    // Errors are to call it as people do, not by where it lies.
    let data = try Photo.read(contentsOf: URL(fileURLWithPath: stored.path), limits: limits)
    return try Photo.decode(data, limits: limits, path: stored.name)
  }

  /// The file of a photo that the gallery keeps itself, as it came.
  /// - Returns: its bytes; nil if the gallery knows only where the photo lies.
  /// - Throws: `LikenessError.unknownPhoto`, `PhotoError`, `GalleryError`
  public func keptFile(_ id: PhotoID, limits: PhotoLimits = .default) throws -> Data? {
    guard let stored = try gallery.reader().photo(id: id) else {
      throw LikenessError.unknownPhoto("\(id)", candidates: [])
    }
    guard stored.isKept else { return nil }
    return try Photo.read(contentsOf: URL(fileURLWithPath: stored.path), limits: limits)
  }

  /// The photos of some faces, by the faces' ids; faces that are not there have none.
  /// - Throws: `GalleryError`
  public func ofFaces(_ faces: some Sequence<FaceID>) throws -> [FaceID: StoredPhoto] {
    let store = try gallery.reader()
    var photos: [FaceID: StoredPhoto] = [:]
    var known: [PhotoID: StoredPhoto] = [:]
    for (face, photo) in try store.photos(ofFaces: Set(faces)) {
      if known[photo] == nil { known[photo] = try store.photo(id: photo) }
      photos[face] = known[photo]
    }
    return photos
  }

  /// Removes a photo from the gallery.
  /// - Throws: `LikenessError.unknownPhoto`, `GalleryError`
  public func remove(_ photo: PhotoID) throws -> RemovalReceipt {
    let receipt = try gallery.remove(Removal(photos: [photo]), from: gallery.writer())
    guard !receipt.isEmpty else {
      throw LikenessError.unknownPhoto(photo.reference, candidates: [])
    }
    return receipt
  }
}
