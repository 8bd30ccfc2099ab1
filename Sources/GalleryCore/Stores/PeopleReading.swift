import LikenessCore

/// Which faces are of one person.
public protocol PeopleReading: AnyObject, Sendable {
  /// Everybody, those with most faces first.
  /// - Parameter assigned: the person of each face, instead of the one that is kept.
  func people(assigned: [FaceID: PersonID]?) throws(GalleryError) -> [StoredPerson]
  /// The people whom some faces were sorted to, by the faces' ids.
  func people(ofFaces faces: some Collection<FaceID>) throws(GalleryError) -> [FaceID: PersonID]
  /// The person whom the user gave a name; nil if nobody has it.
  func person(named name: String) throws(GalleryError) -> PersonID?
  /// Who each face is, and what no clustering may change of it.
  func peopleAssignment() throws(GalleryError) -> PeopleAssignment
  /// The faces that the user hid, one by one or with their people.
  func hiddenFaces() throws(GalleryError) -> Set<FaceID>
  /// What the people are made of; nil before the first clustering.
  func peopleState() throws(GalleryError) -> PeopleState?
  func lastPeopleEdit() throws(GalleryError) -> PeopleBook.Edit?
  /// The edits before one, the last first.
  /// - Parameters:
  ///   - edit: nil to begin with the last of all.
  ///   - count: the maximum number of edits; nil for all.
  /// - Returns: the edits, and how many there are in all.
  func peopleHistory(
    before edit: EditID?, count: Int?
  ) throws(GalleryError) -> (edits: [PeopleEdit], total: Int)
}
