import LikenessCore

/// What faces and people are called.
public protocol NameReading: AnyObject, Sendable {
  /// Every name that a face goes by, and those that were added without faces, in order.
  func names() throws(GalleryError) -> [NameSummary]
  /// What a name that somebody typed means, among those that faces were added by and those that the user gave to
  /// people. What is called the same in both ways is one name.
  func resolve(_ text: String) throws(GalleryError) -> NameLookup
  /// The names that texts mean, each as `resolve` finds it; where several differ in case or accents only, all of them.
  func names(meantBy texts: [String]) throws(GalleryError) -> Set<String>
  /// Those of some texts that are such a name as they are written. Asked for the keywords of each photo that is added, among
  /// however many names.
  func names(writtenAs texts: [String]) throws(GalleryError) -> Set<String>
  /// The faces that were added by a name as it is written, whatever they go by now.
  func faces(addedBy name: String) throws(GalleryError) -> Set<FaceID>
  /// Some embeddings of the faces that were added by each of some names.
  func embeddings(
    ofNames names: Set<String>, most: Int
  ) throws(GalleryError) -> [String: [Embedding]]
  /// The names that the user gave to people.
  func givenPersonNames() throws(GalleryError) -> [String]
  /// What some people are called, see `StoredPerson.name`, by their ids; those without a name are left out.
  func names(ofPeople people: some Collection<PersonID>) throws(GalleryError) -> [PersonID: String]
  /// Faces with the names that they go by, in the order of their ids.
  func namedFaces(
    offset: Int, limit: Int
  ) throws(GalleryError) -> (faces: [(face: FaceID, name: String)], total: Int)
}
