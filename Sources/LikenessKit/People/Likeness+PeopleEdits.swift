import Foundation
import GalleryCore
import LikenessCore

/// The user's edits to people, which take precedence over any clustering and can be undone. A person is
/// written as a number, `12` or `#12`, or by name; a face by its number, also `12` or `#12`, as the photo that
/// it is the only one of or the only one of the person in question, or as `PHOTO#2` for the second of a photo.
extension Likeness {
  /// Names a person; the name stays with all of its present faces.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownPerson`,
  ///   `GalleryError.personNameTaken` if another has the name, and others
  public func namePerson(_ person: String, as name: String) throws -> PeopleEdit? {
    let store = try storeForEdits()
    return try store.name(person: try id(ofPerson: person, store), name)
  }

  /// Merges several people into one.
  /// - Parameters:
  ///   - people: two or more, each by number or name.
  ///   - name: which name is kept; needed where several have been given different ones.
  ///   - anyway: merges them even if they were said to be different before.
  /// - Throws: `GalleryError.toldApart`, `.severalNames` and others; `LikenessError` as `namePerson`
  @discardableResult
  public func mergePeople(
    _ people: [String], name: String? = nil, anyway: Bool = false
  ) throws -> PeopleEdit {
    let store = try storeForEdits()
    let ids = try people.map { try id(ofPerson: $0, store) }
    return try store.merge(people: ids, name: name, anyway: anyway)
  }

  /// Splits faces of a person off as another person.
  /// - Returns: the edit, and the new person's id.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces` and as `namePerson`;
  ///   `GalleryError`
  @discardableResult
  public func splitPerson(
    _ person: String, faces: [String]
  ) throws -> (edit: PeopleEdit, person: PersonID) {
    let store = try storeForEdits()
    let person = try id(ofPerson: person, store)
    let ids = try faces.map { try id(ofFace: $0, of: person, store) }
    return try store.split(person: person, faces: ids)
  }

  /// Says that a face does not belong to a person.
  /// - Returns: the edit, nil if it was made before, and the id of the face's person.
  /// - Throws: as `splitPerson`
  @discardableResult
  public func tellFace(
    _ face: String, apartFrom person: String
  ) throws -> (edit: PeopleEdit?, person: PersonID) {
    let store = try storeForEdits()
    let person = try id(ofPerson: person, store)
    return try store.tell(face: try id(ofFace: face, of: person, store), apartFrom: person)
  }

  /// Undoes the last edit; repeated calls undo earlier ones.
  /// - Returns: the edit that was undone; nil if none is left.
  /// - Throws: `GalleryError`
  @discardableResult
  public func undoPeopleEdit() throws -> PeopleEdit? {
    try writer().undoPeopleEdit()
  }

  /// The edits that have not been undone, the latest first.
  /// - Throws: `GalleryError`
  public func peopleHistory() throws -> [PeopleEdit] {
    try reader().peopleHistory()
  }

  /// The gallery for changes, where every face has a person.
  func storeForEdits() throws -> any FaceStore {
    // Before the faces are put together: that takes time, and would be for nothing.
    do { _ = try writer() }
    _ = try people()
    return try writer()
  }

  /// A person's id by its number or name.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.severalPeople`, `.unknownPerson`
  private func id(ofPerson text: String, _ store: any FaceStore) throws -> PersonID {
    let people = try store.people()
    let number = Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text).map { PersonID($0) }
    let isNumber = number.map { number in people.contains { $0.id == number } } ?? false
    if let number, isNumber, text.hasPrefix("#") { return number }
    let lookup = NameLookup(text, among: Set(people.compactMap(\.name)).sorted())
    var bearers: [StoredPerson] = []
    if case .found(let name) = lookup { bearers = people.filter { $0.name == name } }
    if let given = bearers.first(where: \.isGiven) { return given.id }
    // Photos are often called by numbers, and so are people then.
    var candidates = bearers.map(\.id)
    if let number, isNumber, !candidates.contains(number) { candidates.append(number) }
    if candidates.count == 1 { return candidates[0] }
    if candidates.count > 1 {
      throw LikenessError.severalPeople(text, candidates)
    }
    if let number { throw LikenessError.unknownPerson(number) }
    switch lookup {
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown(let near): throw LikenessError.unknownName(text, nearSpellings: near)
    case .found: throw LikenessError.unknownName(text, nearSpellings: [])
    }
  }

  /// A face's id as `faces(writtenAs:)` has it. Of a photo with several faces the one that is taken for
  /// `person` is meant.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces`, `.noFace`
  private func id(
    ofFace text: String, of person: PersonID, _ store: any FaceStore
  ) throws -> FaceID {
    let faces = try faces(writtenAs: text, store)
    if faces.count == 1 { return faces[0].id }
    let persons = try store.peopleAssignment().persons
    let own = faces.filter { persons[$0.id] == person }
    guard own.count == 1 else {
      throw LikenessError.severalFaces(path: text, count: faces.count)
    }
    return own[0].id
  }

  /// The faces that a text stands for: one by its number, `12` or `#12`, all of a photo that are not doubtful, the most
  /// prominent first, or one of its faces, doubtful or not, as `PHOTO#2`.
  /// - Throws: `LikenessError.unknownFace`, `.unknownPhoto`, `.severalFaces` where a photo has fewer, `.noFace`,
  ///   `.onlyDoubtful`
  func faces(writtenAs text: String, _ store: any FaceStore) throws -> [StoredFace] {
    if let number = Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text).map({ FaceID($0) })
    {
      guard let face = try store.face(id: number) else { throw LikenessError.unknownFace(number) }
      return [face]
    }
    func faces(ofPhoto path: String) throws -> [StoredFace] {
      let faces = try store.faces(inPhoto: try storedPhoto(path, store).id)
      guard !faces.isEmpty else { throw LikenessError.noFace(path: path) }
      return faces
    }
    // A "#" may be part of a photo's name.
    do {
      let all = try faces(ofPhoto: text)
      let certain = all.filter { !$0.quality.isDoubtful }
      guard !certain.isEmpty else {
        throw LikenessError.onlyDoubtful(path: text, count: all.count)
      }
      return certain
    } catch LikenessError.unknownPhoto(_, []) {
      guard let mark = text.lastIndex(of: "#"),
        let place = Int(text[text.index(after: mark)...])
      else { throw LikenessError.unknownPhoto(text, candidates: []) }
      let path = String(text[..<mark])
      let faces = try faces(ofPhoto: path)
      guard faces.indices.contains(place - 1) else {
        throw LikenessError.severalFaces(path: path, count: faces.count)
      }
      return [faces[place - 1]]
    }
  }
}
