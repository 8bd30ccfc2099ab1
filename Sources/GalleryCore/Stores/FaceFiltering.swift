import LikenessCore

/// Which faces have something in common.
public protocol FaceFiltering: AnyObject, Sendable {
  /// The faces that go by a name as it is written, in the order of their ids, see `StoredFace.name`.
  func faces(named name: String) throws(GalleryError) -> [StoredFace]
  /// The faces that go by any name.
  func namedFaces() throws(GalleryError) -> Set<FaceID>
  /// The faces that were sorted to some people.
  func faces(ofPeople people: some Collection<PersonID>) throws(GalleryError) -> Set<FaceID>
  /// The faces that have all of some labels.
  func faces(labelled labels: [String: String]) throws(GalleryError) -> Set<FaceID>
  /// The faces that are at least so good.
  func faces(ofQuality minimum: Double) throws(GalleryError) -> Set<FaceID>
  /// The faces that are likely none.
  func doubtfulFaces() throws(GalleryError) -> Set<FaceID>
  /// The faces that have no embedding of the gallery's model, and why. They are kept with all that is known of them,
  /// and are no answers.
  func unembeddedFaces() throws(GalleryError) -> [FaceID: String]
}
