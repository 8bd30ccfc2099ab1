import LikenessCore

/// Changes names and labels.
public protocol AnnotationWriting: AnyObject, Sendable {
  /// Says whose face it is, or with nil that nobody knows. A name that no face is left of goes.
  func setName(_ name: String?, face: FaceID) throws(GalleryError)
  /// Keeps a name that no face goes by yet; one that is there stays.
  func addName(_ name: String) throws(GalleryError)
  /// Gives a name another spelling.
  func rename(_ name: String, to newName: String, merging: Bool) throws(GalleryError)
  /// Gives faces labels and takes some away, all or none of it. A face has one value of a key.
  /// - Returns: the faces whose labels are others now, in the order of their ids.
  @discardableResult
  func setLabels(_ changes: [FaceID: LabelChanges]) throws(GalleryError) -> [FaceID]
}
