import LikenessCore

/// What else is said of faces: values by key.
public protocol LabelReading: AnyObject, Sendable {
  func labels(face: FaceID) throws(GalleryError) -> [String: String]
  /// Every label that a face has, ordered by key and value.
  func labelCounts() throws(GalleryError) -> [LabelCount]
}
