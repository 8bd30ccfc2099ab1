import LikenessCore

/// All faces at once, for those who need them in memory.
public protocol WholeGalleryReading: AnyObject, Sendable {
  func faceTable() throws(GalleryError) -> FaceTable
  func embeddings() throws(GalleryError) -> FaceMatrix
  func outlines() throws(GalleryError) -> [FaceOutline]
  func labels() throws(GalleryError) -> [FaceID: [String: String]]
  func attributeVectors() throws(GalleryError) -> [FaceID: [String: Embedding]]
  /// The photos, in the order of their ids.
  func photos() throws(GalleryError) -> [StoredPhoto]
}
