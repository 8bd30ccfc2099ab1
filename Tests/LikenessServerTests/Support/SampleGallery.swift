import Foundation
import GallerySQLite
import LikenessKit
import TestSupport

/// A gallery of the sample photos, made once; servers get copies of it.
enum SampleGallery {
  static let folder: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("likeness-sample-gallery-\(getpid())")
    try? FileManager.default.removeItem(at: folder)
    try Likeness(gallery: folder).add([Samples.folder])
    atexit { SampleGallery.remove() }
    return folder
  }

  /// Adds a photo of a find that is likely no face.
  /// - Parameter face: of the gallery; what it looks like.
  static func addDoubtful(like face: FaceID, to store: GalleryStore) throws {
    guard let (stored, embedding) = try store.faces(ids: [face]).first,
      let model = try store.model()
    else { throw LikenessError.unknownFace(face) }
    var quality = stored.quality
    quality.confidence = 0.2
    let doubtful = NewFace(
      name: nil, geometry: stored.geometry, score: stored.score, quality: quality,
      embedding: embedding, thumbnail: try store.thumbnail(face: face) ?? Data())
    // It shows the photo of the other face.
    let photo = try store.photo(id: stored.photo)
    try store.add(
      [
        NewPhoto(
          digest: "doubtful", file: PhotoFile(path: photo?.path ?? "", bytes: 1, modified: 0),
          width: photo?.width ?? 1, height: photo?.height ?? 1, turned: 0, title: "flower.jpg",
          faces: [doubtful])
      ], model: model)
  }

  private static func remove() {
    if let folder = try? folder.get() { try? FileManager.default.removeItem(at: folder) }
  }
}
