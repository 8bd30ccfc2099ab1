import Foundation
import GalleryCore
import LikenessCore

/// The user's edits to people, which take precedence over any clustering and can be undone.
extension GalleryPeople {
  /// Names a person; the name stays with all of its present faces.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `LikenessError.unknownPerson`, `GalleryError.personNameTaken` if another has the name, and others
  public func name(_ person: PersonID, as name: String) throws -> PeopleEdit? {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in try store.name(person: person, name) }
  }

  /// Merges several people into one.
  /// - Parameters:
  ///   - people: two or more.
  ///   - name: which name is kept; needed where several have been given different ones.
  ///   - anyway: merges them even if they were said to be different before.
  /// - Throws: `LikenessError.unknownPerson`; `GalleryError.toldApart`, `.severalNames` and others
  @discardableResult
  public func merge(
    _ people: [PersonID], name: String? = nil, anyway: Bool = false
  ) throws -> PeopleEdit {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in
      try store.merge(people: people, name: name, anyway: anyway)
    }
  }

  /// Splits faces of a person off as another person.
  /// - Returns: the edit, and the new person.
  /// - Throws: `LikenessError.unknownPerson`, `.unknownFace`; `GalleryError`
  @discardableResult
  public func split(
    _ person: PersonID, faces: [FaceID]
  ) throws -> (edit: PeopleEdit, person: PersonID) {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in try store.split(person: person, faces: faces) }
  }

  /// Says that a face does not belong to a person.
  /// - Returns: the edit, nil if it was made before, and the face's person.
  /// - Throws: as `split`
  @discardableResult
  public func tell(
    _ face: FaceID, apartFrom person: PersonID
  ) throws -> (edit: PeopleEdit?, person: PersonID) {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in try store.tell(face: face, apartFrom: person) }
  }

  /// Hides people and single faces, such as posters, statues and strangers in the background, or shows them again. What is
  /// hidden is in no list of people, suggestion, map or answer unless asked for. Faces that join somebody who is hidden are
  /// hidden, too.
  /// - Parameters:
  ///   - people: the people, with all their faces.
  ///   - faces: single faces.
  ///   - isHidden: false to show them again.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `LikenessError.unknownPerson`, `.unknownFace`, `GalleryError`
  @discardableResult
  public func hide(
    _ people: [PersonID] = [], faces: [FaceID] = [], _ isHidden: Bool = true
  ) throws -> PeopleEdit? {
    let store = try people.isEmpty ? gallery.writer() : storeForEdits()
    return try edited { () throws(GalleryError) in
      try store.hide(people: people, faces: faces, isHidden)
    }
  }

  /// Says that a doubtful face is a face. Unlike `FaceRecords.confirm`, it is an edit that can be undone.
  /// - Returns: the edit; nil if it was not doubtful.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  @discardableResult
  public func confirm(_ face: FaceID) throws -> PeopleEdit? {
    let store = try gallery.writer()
    return try edited { () throws(GalleryError) in try store.confirm(face: face) }
  }

  /// Says that a face is the person's whose it is taken to be; it stays there.
  /// - Returns: the edit; nil if the user said so before.
  /// - Throws: `LikenessError.unknownPerson`, `.unknownFace`; `GalleryError.unusable` if the face is somebody else's
  @discardableResult
  public func confirm(_ face: FaceID, of person: PersonID) throws -> PeopleEdit? {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in try store.confirm(face: face, of: person) }
  }

  /// The faces that the user hid, one by one or with their people.
  /// - Throws: `GalleryError`
  public func hiddenFaces() throws -> Set<FaceID> { try gallery.reader().hiddenFaces() }

  /// Chooses the face that stands for a person; it stays the person's, as one that the user put there.
  /// - Parameters:
  ///   - face: nil to leave it to the faces' quality again.
  ///   - person: the person.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `LikenessError.unknownPerson`, `.unknownFace`; `GalleryError.unusable` if the face is somebody else's
  @discardableResult
  public func chooseCover(_ face: FaceID?, of person: PersonID) throws -> PeopleEdit? {
    let store = try storeForEdits()
    return try edited { () throws(GalleryError) in try store.cover(person: person, face) }
  }

  /// Says when a person was born and died. From then on the person is not proposed for faces on photos that were taken before
  /// the birth or more than a day after the death: by a clustering, suggestions, questions of the review, and
  /// `Likeness.nearestPeople`. Faces on such photos that a clustering put to the person are sorted anew; those that the user put
  /// there stay.
  /// - Returns: the edit, nil if nothing changed; and the faces that the user put to the person on photos that the person cannot
  ///   be on.
  /// - Throws: `LikenessError.unknownPerson`; `GalleryError.unusable` if the birth would be after the death
  @discardableResult
  public func setDates(
    of person: PersonID, born: LifeDateChange = .keep, died: LifeDateChange = .keep
  ) throws -> (edit: PeopleEdit?, contradicting: [FaceID]) {
    let store = try storeForEdits()
    let former = try store.peopleAssignment().dates[person]
    let edit = try edited { () throws(GalleryError) in
      try store.setDates(of: person, born: born, died: died)
    }
    if edit != nil, former != nil { try takeBackFaces() }
    return (edit, try contradictions(of: person, in: store))
  }

  /// The faces that the user put to a person on photos that the person cannot be on.
  private func contradictions(of person: PersonID, in store: any FaceStore) throws -> [FaceID] {
    let photos = try store.photos(ofFaces: try store.faces(ofPeople: [person]))
    let assignment = try store.peopleAssignment()
    let limits = try LifeLimits(
      assignment.dates.filter { $0.key == person }, photos: photos.values, in: store)
    return photos.filter { face, photo in
      assignment.pinned.contains(face) && limits.rulesOut(person, on: photo)
    }.keys.sorted()
  }

  /// Undoes the last edit; repeated calls undo earlier ones.
  /// - Parameter edit: the edit that is meant, so that one that somebody else made since stays; nil for whichever is the last.
  /// - Returns: the edit that was undone; nil if none is left.
  /// - Throws: `GalleryError`, `.notLastEdit` if the last edit is another one than `edit`
  @discardableResult
  public func undo(_ edit: EditID? = nil) throws -> PeopleEdit? {
    let undone = try gallery.writer().undoPeopleEdit(edit)
    if undone?.kind == .dates { try takeBackFaces() }
    return undone
  }

  /// Clusters all faces again: those that left a person by dates that are no longer said would else stay where they are.
  private func takeBackFaces() throws { _ = try groupFaces(again: true) }

  /// The edits that have not been undone, the latest first.
  /// - Parameters:
  ///   - edit: only those before this one, which may be gone; nil to begin with the latest.
  ///   - count: the maximum number of edits; nil for all.
  /// - Returns: the edits; where they go on, as `before`; and how many there are in all.
  /// - Throws: `GalleryError`
  public func history(
    before edit: EditID? = nil, count: Int? = nil
  ) throws -> Page<PeopleEdit, EditID> {
    // One more than wanted tells whether any are left.
    let (edits, total) = try gallery.reader().peopleHistory(
      before: edit, count: count.map { $0 == .max ? $0 : $0 + 1 })
    let some = Array(edits.prefix(count ?? .max))
    return Page(items: some, next: some.count < edits.count ? some.last?.id : nil, total: total)
  }

  /// Everybody in the gallery, where every face has a person and edits can be kept.
  /// - Throws: `GalleryError`
  package func toEdit() throws -> [StoredPerson] { try storeForEdits().people() }

  /// The gallery for changes, where every face has a person.
  func storeForEdits() throws -> any FaceStore {
    // Before the faces are put together: that takes time, and would be for nothing.
    do { _ = try gallery.writer() }
    if !isListAtHand { _ = try groupFaces() }
    return try gallery.writer()
  }

  /// Removes a person from the gallery, with all of its faces.
  /// - Parameters:
  ///   - person: the person to remove.
  ///   - sharedPhotos: what becomes of photos that show others, too.
  /// - Throws: `LikenessError.unknownPerson`, `GalleryError`
  public func remove(
    _ person: PersonID, sharedPhotos: Removal.SharedPhotos = .keep
  ) throws -> RemovalReceipt {
    let receipt = try gallery.remove(
      Removal(people: [person], sharedPhotos: sharedPhotos), from: storeForEdits())
    guard !receipt.isEmpty else { throw LikenessError.unknownPerson(person) }
    return receipt
  }

  /// Whether a removal depends on which face is whose.
  func isConcerned(by removal: Removal) throws -> Bool {
    if !removal.people.isEmpty { return true }
    guard !removal.names.isEmpty else { return false }
    return !removal.names.isDisjoint(with: try gallery.reader().givenPersonNames())
  }

  /// Does an edit, whose people and faces the store reads at once and looks for before anything else.
  /// - Throws: `LikenessError` for those that are not there, else what the edit throws
  private func edited<Value>(_ edit: () throws(GalleryError) -> Value) throws -> Value {
    do {
      return try edit()
    } catch .unknownPerson(_, let person) {
      throw LikenessError.unknownPerson(person)
    } catch .unknownFace(_, let face) {
      throw LikenessError.unknownFace(face)
    }
  }
}
