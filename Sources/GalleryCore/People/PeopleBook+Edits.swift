import Foundation
import LikenessCore

/// The user's edits to people. They pin faces and take precedence over any clustering.
extension PeopleBook {
  /// Begins an edit, which `finish` keeps.
  private func edit(_ kind: PeopleEdit.Kind) -> Edit {
    // Whole seconds are kept to the bit, fractions are not.
    let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    return Edit(id: nextEdit, time: now, kind: kind, who: PeopleEditor.name)
  }

  private mutating func finish(_ edit: Edit, _ text: String) -> PeopleEdit {
    var edit = edit
    edit.text = text
    removeEmpty()
    edits[edit.id] = edit
    nextEdit = nextEdit.next
    return edit.summary
  }

  /// Before a person is changed in any way.
  private func note(_ person: PersonID, _ edit: inout Edit) { note([person], &edit) }

  /// Before several are, in one go over what was said of them.
  private func note(_ people: Set<PersonID>, _ edit: inout Edit) {
    let new = people.filter { edit.people[$0] == nil && self.people[$0] != nil }
    guard !new.isEmpty else { return }
    for person in new { edit.people[person] = self.people[person] }
    for (pair, by) in apart
    where edit.apart[pair] == nil && (new.contains(pair.low) || new.contains(pair.high)) {
      edit.apart[pair] = by
    }
    for (rejection, by) in rejected where new.contains(rejection.person) {
      edit.rejected[rejection] = by
    }
  }

  /// A person who was not there before.
  private mutating func newPerson(_ edit: inout Edit) -> PersonID {
    let person = addPerson(created: edit.time)
    edit.people[person] = people[person]
    return person
  }

  /// Pins a face to a person, whosever it was.
  /// - Returns: whether that changed anything.
  @discardableResult
  private mutating func pin(_ face: FaceID, to person: PersonID, _ edit: inout Edit) -> Bool {
    let before = members[face]
    if before == Membership(person: person, isPinned: true) { return false }
    edit.faces[face] = Move(before: edit.faces[face]?.before ?? before, after: person)
    members[face] = Membership(person: person, isPinned: true)
    rejected[Rejection(face, of: person)] = nil
    return true
  }

  /// Says that a face is not of a person.
  /// - Returns: whether that is new.
  @discardableResult
  private mutating func reject(_ face: FaceID, of person: PersonID, _ edit: Edit) -> Bool {
    let rejection = Rejection(face, of: person)
    if rejected[rejection] != nil { return false }
    rejected[rejection] = edit.id
    return true
  }

  /// - Throws: `GalleryError.unknownFace`, `.unusable` if the face is of somebody else
  private func requireMember(_ face: FaceID, of person: PersonID) throws(GalleryError) {
    guard members[face]?.person != person else { return }
    guard presentFaces.contains(face) else { throw .unknownFace(path: path, face: face) }
    throw .unusable(path: path, detail: "\(face.reference) is not of \(title(person))")
  }

  private mutating func tellApart(_ a: PersonID, _ b: PersonID, _ edit: Edit) {
    let pair = Pair(a, b)
    if apart[pair] == nil { apart[pair] = edit.id }
  }

  private func checkFree(_ name: String, for allowed: [PersonID]) throws(GalleryError) {
    if let holder = people.first(where: { $0.value.name == name })?.key, !allowed.contains(holder) {
      throw .personNameTaken(path: path, name: name, person: holder)
    }
  }

  // MARK: Edits

  /// Names a person and pins all of its faces.
  /// - Returns: nil if nothing changed.
  package mutating func name(person: PersonID, _ name: String) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(.name)
    let before = try self.name(of: person)
    try checkFree(name, for: [person])
    note(person, &edit)
    let title = title(person)
    var isChange = before != name
    people[person]?.name = name
    for face in faces(of: person) {
      if pin(face, to: person, &edit) { isChange = true }
    }
    guard isChange else { return nil }
    return finish(
      edit,
      before == nil
        ? "named \(title) \"\(name)\""
        : before == name ? "confirmed \(title)" : "renamed \(title) to \"\(name)\"")
  }

  /// Takes a person's name away; the faces stay together.
  /// - Returns: nil if the person has none.
  package mutating func unname(person: PersonID) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(.name)
    guard try name(of: person) != nil else { return nil }
    note(person, &edit)
    let title = title(person)
    people[person]?.name = nil
    return finish(edit, "took the name from \(title)")
  }

  /// Merges several people into one and pins their faces. The first with a name keeps its id, or the first of all.
  package mutating func merge(
    _ people: [PersonID], name wanted: String?, anyway: Bool
  ) throws(GalleryError) -> PeopleEdit {
    var edit = edit(.merge)
    var names: [String?] = []
    for person in people { names.append(try name(of: person)) }
    let given = names.compactMap(\.self)
    if given.count > 1, wanted == nil { throw .severalNames(path: path, names: given) }
    if let wanted { try checkFree(wanted, for: people) }
    let merged = Set(people)
    if !anyway { try checkNotApart(merged) }
    let keptPlace = names.firstIndex { $0 != nil } ?? 0
    let kept = people[keptPlace]
    note(merged, &edit)
    let titles = people.map { title($0) }
    let hidden = people.map { self.people[$0]?.isHidden ?? false }
    let dates = Self.merged(dates: people.map { self.people[$0]?.dates ?? LifeDates() }, keptPlace)
    for person in people { self.people[person]?.name = nil }
    for face in members.filter({ merged.contains($0.value.person) }).keys.sorted() {
      pin(face, to: kept, &edit)
    }
    self.people[kept]?.name = wanted ?? given.first
    // A person told apart from one of them is apart from all of them now.
    for (pair, by) in apart where merged.contains(pair.low) || merged.contains(pair.high) {
      apart[pair] = nil
      let mapped = [pair.low, pair.high].map { merged.contains($0) ? kept : $0 }
      guard mapped[0] != mapped[1] else { continue }
      let new = Pair(mapped[0], mapped[1])
      if apart[new] == nil { apart[new] = by }
    }
    // What is not of one of them is not of all of them, but for what was merged anyway.
    for (rejection, by) in rejected
    where merged.contains(rejection.person) && rejection.person != kept {
      rejected[rejection] = nil
      if members[rejection.face]?.person != kept {
        rejected[Rejection(rejection.face, of: kept)] = by
      }
    }
    rejected = rejected.filter {
      $0.key.person != kept || members[$0.key.face]?.person != kept
    }
    self.people[kept]?.isHidden = hidden.allSatisfy(\.self)
    self.people[kept]?.dates = dates.kept
    let others = titles.indices.filter { people[$0] != kept }.map { titles[$0] }
    let renamed = wanted.flatMap { $0 == names[keptPlace] ? nil : $0 }
    return finish(
      edit,
      "merged \(others.joined(separator: ", ")) into \(titles[keptPlace])"
        + (renamed.map { " as \"\($0)\"" } ?? "")
        + (dates.lost.isEmpty ? "" : ", without \(dates.lost.joined(separator: " and "))"))
  }

  /// The dates of people who are one from now on: those of the one who stays, and what they leave open of the others'.
  /// - Parameter place: of the one who stays.
  /// - Returns: the dates, and those that nobody has any more, in words.
  private static func merged(
    dates: [LifeDates], _ place: Int
  ) -> (kept: LifeDates, lost: [String]) {
    var kept = dates[place]
    for other in dates {
      var both = kept
      both.born = both.born ?? other.born
      both.died = both.died ?? other.died
      if both.isPossible { kept = both }
    }
    let lost = dates.filter {
      $0.born.map { $0 != kept.born } ?? false || $0.died.map { $0 != kept.died } ?? false
    }
    return (kept, lost.map(\.text))
  }

  private func checkNotApart(_ people: Set<PersonID>) throws(GalleryError) {
    let told = apart.filter { people.contains($0.key.low) && people.contains($0.key.high) }
    if let (pair, by) = told.min(by: { ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high) }) {
      throw .toldApart(
        path: path, first: title(pair.low), second: title(pair.high), edit: edits[by]?.summary)
    }
    // A face that is not of one of them may have come to another.
    for (rejection, by) in rejected.sorted(by: { $0.key.face < $1.key.face })
    where people.contains(rejection.person) {
      guard let owner = members[rejection.face]?.person, people.contains(owner),
        owner != rejection.person
      else { continue }
      throw .toldApart(
        path: path, first: title(rejection.person), second: title(owner), edit: edits[by]?.summary)
    }
  }

  /// Splits faces of a person off as another person, and marks the two as different.
  package mutating func split(
    _ person: PersonID, _ faces: Set<FaceID>
  ) throws(GalleryError) -> (edit: PeopleEdit, person: PersonID) {
    var edit = edit(.split)
    _ = try name(of: person)
    let title = title(person)
    let own = Set(self.faces(of: person))
    for face in faces.sorted() { try requireMember(face, of: person) }
    guard !faces.isEmpty, faces.count < own.count else {
      throw .unusable(
        path: path,
        detail: faces.isEmpty
          ? "splitting takes a face at least" : "splitting would leave no face of \(title)")
    }
    note(person, &edit)
    let new = newPerson(&edit)
    pin(try central(own.subtracting(faces).sorted()), to: person, &edit)
    for face in faces.sorted() {
      pin(face, to: new, &edit)
      reject(face, of: person, edit)
    }
    tellApart(person, new, edit)
    let text =
      "split \(faces.count) \(faces.count == 1 ? "face" : "faces") from \(title) as \(new.reference)"
    return (finish(edit, text), new)
  }

  /// Says that a face does not belong to a person. If it did, it becomes a person of its own; if it belongs to
  /// another, the two are marked as different. Whosever the face becomes, it stays rejected for the person.
  /// - Returns: the edit, nil if it was made before; and the face's person.
  package mutating func tell(
    _ face: FaceID, apartFrom person: PersonID
  ) throws(GalleryError) -> (edit: PeopleEdit?, person: PersonID) {
    var edit = edit(.apart)
    guard presentFaces.contains(face) else { throw .unknownFace(path: path, face: face) }
    _ = try name(of: person)
    let title = title(person)
    let owner = members[face]?.person
    let rest = faces(of: person).filter { $0 != face }
    guard !rest.isEmpty else {
      throw .unusable(path: path, detail: "\(face.reference) is the only one of \(title)")
    }
    note(person, &edit)
    var isChange = true
    let other: PersonID
    if let owner, owner != person {
      other = owner
      note(owner, &edit)
      isChange = apart[Pair(owner, person)] == nil
    } else {
      other = newPerson(&edit)
    }
    // A face that the user pinned holds the person already.
    if !rest.contains(where: { members[$0]?.isPinned == true }) {
      pin(try central(rest), to: person, &edit)
    }
    if pin(face, to: other, &edit) { isChange = true }
    if reject(face, of: person, edit) { isChange = true }
    guard isChange else { return (nil, other) }
    tellApart(person, other, edit)
    let text =
      owner == person || owner == nil
      ? "told a face apart from \(title) as \(other.reference)"
      : "told a face of \(self.title(other)) apart from \(title)"
    return (finish(edit, text), other)
  }

  /// Hides people and faces, or shows them again. That says nothing of whose the faces are: no face is pinned by it.
  /// - Returns: nil if nothing changed.
  package mutating func hide(
    _ people: [PersonID], _ faces: [FaceID], _ isHidden: Bool
  ) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(isHidden ? .hide : .show)
    var titles: [String] = []
    for person in people {
      _ = try name(of: person)
      guard self.people[person]?.isHidden != isHidden else { continue }
      note(person, &edit)
      titles.append(title(person))
      self.people[person]?.isHidden = isHidden
    }
    for face in faces {
      guard presentFaces.contains(face) else { throw .unknownFace(path: path, face: face) }
      guard hidden.contains(face) != isHidden else { continue }
      edit.hidden[face] = !isHidden
      if isHidden { hidden.insert(face) } else { hidden.remove(face) }
    }
    let count = edit.hidden.count
    if count > 0 { titles.append(count == 1 ? "a face" : "\(count) faces") }
    guard !titles.isEmpty else { return nil }
    return finish(edit, "\(isHidden ? "hid" : "showed") \(titles.joined(separator: ", "))")
  }

  /// Says that a doubtful face is a face.
  /// - Returns: nil if it was not doubtful.
  package mutating func confirm(_ face: FaceID) throws(GalleryError) -> PeopleEdit? {
    guard presentFaces.contains(face) else { throw .unknownFace(path: path, face: face) }
    guard let confidence = doubtful.removeValue(forKey: face) else { return nil }
    var edit = edit(.confirm)
    edit.confirmed[face] = confidence
    return finish(edit, "confirmed that a find is a face")
  }

  /// Says that a face is the person's whose it is taken to be, and pins it.
  /// - Returns: nil if nothing changed.
  package mutating func confirm(
    _ face: FaceID, of person: PersonID
  ) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(.confirm)
    _ = try name(of: person)
    try requireMember(face, of: person)
    note(person, &edit)
    guard pin(face, to: person, &edit) else { return nil }
    return finish(edit, "confirmed a face of \(title(person))")
  }

  /// Chooses the face that stands for a person, and pins it; nil leaves the choice to the faces' quality again.
  /// - Returns: nil if nothing changed.
  package mutating func cover(
    _ person: PersonID, _ face: FaceID?
  ) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(.cover)
    _ = try name(of: person)
    if let face { try requireMember(face, of: person) }
    guard people[person]?.cover != face else { return nil }
    note(person, &edit)
    if let face { pin(face, to: person, &edit) }
    people[person]?.cover = face
    return finish(
      edit,
      face == nil
        ? "left the cover of \(title(person)) to quality" : "chose a cover for \(title(person))")
  }

  /// Says when a person was born and died. If the user put no face to the person, one is pinned that the dates do not rule out.
  /// - Parameter times: when the photos of the person's faces were taken.
  /// - Returns: nil if nothing changed.
  package mutating func setDates(
    of person: PersonID, born: LifeDateChange, died: LifeDateChange, times: [FaceID: CaptureTime]
  ) throws(GalleryError) -> PeopleEdit? {
    var edit = edit(.dates)
    _ = try name(of: person)
    let before = people[person]?.dates ?? LifeDates()
    let dates = LifeDates(
      born: born.applied(to: before.born), died: died.applied(to: before.died))
    guard dates.isPossible else {
      throw .unusable(path: path, detail: "\(title(person)) cannot be \(dates.text)")
    }
    guard dates != before else { return nil }
    note(person, &edit)
    people[person]?.dates = dates
    let faces = faces(of: person)
    if !dates.isEmpty, !faces.contains(where: { members[$0]?.isPinned == true }),
      let face = faces.first(where: { !(times[$0].map(dates.rulesOut) ?? false) })
    {
      pin(face, to: person, &edit)
    }
    return finish(
      edit,
      dates.isEmpty
        ? "removed the dates of \(title(person))"
        : "set the dates of \(title(person)): \(dates.text)")
  }

  /// A name that a person can be given.
  package static func usable(name: String, _ path: String) throws(GalleryError) -> String {
    try GalleryNames.usable(name.trimmingCharacters(in: .whitespacesAndNewlines), path)
  }
}
