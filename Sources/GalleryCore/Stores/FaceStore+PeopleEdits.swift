import LikenessCore

/// The user's edits to people. They pin faces and take precedence over any clustering.
extension FaceStore {
  /// Names a person and pins all of its faces.
  /// - Parameter name: kept in Unicode's composed form.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `GalleryError.unknownPerson`, `.personNameTaken`, `.unusable` for a name that is empty or
  ///   reads like a person's number
  public func name(person: PersonID, _ name: String) throws(GalleryError) -> PeopleEdit? {
    let name = try PeopleBook.usable(name: name, path)
    var subject = PeopleBook.Subject()
    (subject.people, subject.names) = ([person], [name])
    return try changePeople(subject) { book throws(GalleryError) in
      try book.name(person: person, name)
    }
  }

  /// Takes a person's name away; the faces stay together.
  /// - Returns: the edit; nil if the person has no name.
  /// - Throws: `GalleryError.unknownPerson`
  public func unname(person: PersonID) throws(GalleryError) -> PeopleEdit? {
    var subject = PeopleBook.Subject()
    subject.people = [person]
    return try changePeople(subject) { book throws(GalleryError) in try book.unname(person: person)
    }
  }

  /// Merges several people into one and pins their faces. The first with a name keeps its id, or
  /// the first of all.
  /// - Parameters:
  ///   - name: which name the person has afterwards; needed where several have different ones.
  ///   - anyway: merges them even if some were said to be different.
  /// - Throws: `GalleryError.unknownPerson`, `.severalNames`, `.toldApart`, `.personNameTaken`,
  ///   `.unusable` for fewer than two people
  public func merge(
    people: [PersonID], name: String? = nil, anyway: Bool = false
  ) throws(GalleryError) -> PeopleEdit {
    var wanted: String?
    if let name { wanted = try PeopleBook.usable(name: name, path) }
    var seen: Set<PersonID> = []
    let people = people.filter { seen.insert($0).inserted }
    guard people.count > 1 else {
      throw .unusable(path: path, detail: "merging takes two different people")
    }
    var subject = PeopleBook.Subject()
    subject.people = Set(people)
    if let wanted { subject.names = [wanted] }
    return try changePeople(subject) { [wanted] book throws(GalleryError) in
      try book.merge(people, name: wanted, anyway: anyway)
    }
  }

  /// Splits faces of a person off as another person, and marks the two as different.
  /// - Returns: the edit and the new person.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if a face is of somebody else or
  ///   none would be left
  public func split(
    person: PersonID, faces: [FaceID]
  ) throws(GalleryError) -> (edit: PeopleEdit, person: PersonID) {
    var subject = PeopleBook.Subject()
    (subject.people, subject.faces) = ([person], Set(faces))
    return try changePeople(subject) { book throws(GalleryError) in
      try book.split(person, Set(faces))
    }
  }

  /// Says that a face does not belong to a person. If it did, it becomes a person of
  /// its own; if it belongs to another, the two are marked as different.
  /// - Returns: the edit, nil if it was made before; and the face's person.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if it is the person's only face
  public func tell(
    face: FaceID, apartFrom person: PersonID
  ) throws(GalleryError) -> (edit: PeopleEdit?, person: PersonID) {
    var subject = PeopleBook.Subject()
    (subject.people, subject.faces) = ([person], [face])
    return try changePeople(subject) { book throws(GalleryError) in
      try book.tell(face, apartFrom: person)
    }
  }

  /// Puts a face to the person of another one that is about to be replaced by it, if the user said whose that is.
  /// - Throws: `GalleryError`
  package func handOnPerson(of face: FaceID, to heir: FaceID) throws(GalleryError) {
    var subject = PeopleBook.Subject()
    subject.faces = [face, heir]
    try changePeople(subject) { book throws(GalleryError) in
      guard let membership = book.members[face], membership.isPinned,
        book.presentFaces.contains(heir), book.members[heir]?.isPinned != true
      else { return }
      book.members[heir] = membership
    }
  }

  /// Hides people and single faces, or shows them again: what is hidden is in no answer unless asked for.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`
  public func hide(
    people: [PersonID], faces: [FaceID], _ isHidden: Bool = true
  ) throws(GalleryError) -> PeopleEdit? {
    var subject = PeopleBook.Subject()
    (subject.people, subject.faces) = (Set(people), Set(faces))
    return try changePeople(subject) { book throws(GalleryError) in
      try book.hide(people, faces, isHidden)
    }
  }

  /// Says that a doubtful face is a face, as an edit that can be undone.
  /// - Returns: the edit; nil if it was not doubtful.
  /// - Throws: `GalleryError.unknownFace`
  public func confirm(face: FaceID) throws(GalleryError) -> PeopleEdit? {
    var subject = PeopleBook.Subject()
    subject.faces = [face]
    return try changePeople(subject) { book throws(GalleryError) in try book.confirm(face) }
  }

  /// Says that a face is the person's whose it is taken to be.
  /// - Returns: the edit; nil if the user said so before.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if the face is of somebody else
  public func confirm(face: FaceID, of person: PersonID) throws(GalleryError) -> PeopleEdit? {
    var subject = PeopleBook.Subject()
    (subject.people, subject.faces) = ([person], [face])
    return try changePeople(subject) { book throws(GalleryError) in
      try book.confirm(face, of: person)
    }
  }

  /// Chooses the face that stands for a person; nil leaves the choice to the faces' quality.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if the face is of somebody else
  public func cover(person: PersonID, _ face: FaceID?) throws(GalleryError) -> PeopleEdit? {
    var subject = PeopleBook.Subject()
    subject.people = [person]
    if let face { subject.faces = [face] }
    return try changePeople(subject) { book throws(GalleryError) in
      try book.cover(person, face)
    }
  }

  /// Says when a person was born and died. Proposals keep to it from now on.
  /// - Returns: the edit; nil if nothing changed.
  /// - Throws: `GalleryError.unknownPerson`, `.unusable` if the birth would be after the death
  public func setDates(
    of person: PersonID, born: LifeDateChange, died: LifeDateChange
  ) throws(GalleryError) -> PeopleEdit? {
    let photos = try photos(ofFaces: try faces(ofPeople: [person]))
    let taken = try captureTimes(ofPhotos: Set(photos.values))
    let times = photos.compactMapValues { taken[$0] }
    var subject = PeopleBook.Subject()
    subject.people = [person]
    return try changePeople(subject) { book throws(GalleryError) in
      try book.setDates(of: person, born: born, died: died, times: times)
    }
  }

  /// Undoes the last edit.
  /// - Parameter wanted: the edit that is meant; nil for whichever is the last.
  /// - Returns: the edit that was undone; nil if none is left.
  /// - Throws: `GalleryError.notLastEdit` if the last edit is another one than `wanted`, or became so meanwhile
  public func undoPeopleEdit(_ wanted: EditID? = nil) throws(GalleryError) -> PeopleEdit? {
    let last = try lastPeopleEdit()
    if let wanted, last?.id != wanted {
      throw .notLastEdit(path: path, edit: wanted, last: last?.summary)
    }
    guard let last else { return nil }
    let path = path
    try changePeople(PeopleBook.subject(ofUndoing: last)) { book throws(GalleryError) in
      // Another program may have made or undone an edit since.
      let present = book.edits.values.max { $0.id < $1.id }
      guard present?.id == last.id else {
        throw .notLastEdit(path: path, edit: last.id, last: present?.summary)
      }
      book.undo(last)
    }
    return last.summary
  }
}
