import LikenessCore

/// Keeps maps of faces, which can be made again. A store that keeps none has none.
public protocol MapStoring: AnyObject, Sendable {
  func map(settings: String) throws(GalleryError) -> StoredMap?
  func hasMap(settings: String) throws(GalleryError) -> Bool
  func keepMap(
    settings: String, details: String, axes: [Float], points: [FaceID: MapPoint]
  ) throws(GalleryError)
  func addPoints(_ points: [FaceID: MapPoint], toMap map: Int64) throws(GalleryError)
}
