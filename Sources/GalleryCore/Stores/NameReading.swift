import LikenessCore

/// What faces and people are called.
public protocol NameReading: AnyObject, Sendable {
  /// Every name, in order.
  func names() throws(GalleryError) -> [NameSummary]
  /// What a name that somebody typed means, among those that faces were added by and those that the user gave to
  /// people. What is called the same in both ways is one name.
  func resolve(_ text: String) throws(GalleryError) -> NameLookup
  /// The names that texts mean, each as `resolve` finds it; where several differ in case or accents only, all of them.
  func names(meantBy texts: [String]) throws(GalleryError) -> Set<String>
  /// Some embeddings of the faces that were added by each of some names.
  func embeddings(
    ofNames names: Set<String>, most: Int
  ) throws(GalleryError) -> [String: [Embedding]]
  /// The names that the user gave to people.
  func givenPersonNames() throws(GalleryError) -> [String]
  /// Faces that go by a name, in the order of their ids: the one that their person was given, else the one that they
  /// were added by.
  func namedFaces(
    offset: Int, limit: Int
  ) throws(GalleryError) -> (faces: [(face: FaceID, name: String)], total: Int)
}
