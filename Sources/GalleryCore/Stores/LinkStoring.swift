import LikenessCore

/// Keeps links between similar faces, which can be made again. A store that keeps none has none.
public protocol LinkStoring: AnyObject, Sendable {
  func links() throws(GalleryError) -> [FaceLink]
  func linkState() throws(GalleryError) -> LinkState?
  /// The faces that came or went after a revision, in the order of their ids.
  func changedFaces(since revision: Int) throws(GalleryError) -> [FaceID]
  func replaceLinks(_ links: some Sequence<FaceLink>, state: LinkState) throws(GalleryError)
  func addLinks(_ links: some Sequence<FaceLink>, state: LinkState) throws(GalleryError)
}
