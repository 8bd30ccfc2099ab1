import Foundation
import GalleryCore
import LikenessCore

/// People: whose each face is, what the user called them and said of them.
extension MilvusGallery {
  /// Whose some faces are.
  func memberships(
    of faces: some Collection<FaceID>
  ) throws(GalleryError) -> [FaceID: PeopleBook.Membership] {
    Self.memberships(try records(faces.map { Record.key(memberOf: $0) }))
  }

  private static func memberships(_ records: [Record]) -> [FaceID: PeopleBook.Membership] {
    var found: [FaceID: PeopleBook.Membership] = [:]
    for record in records {
      guard let face = record.member else { continue }
      found[face] = .init(person: PersonID(record.number), isPinned: record.count != 0)
    }
    return found
  }

  private static func record(_ face: FaceID, _ membership: PeopleBook.Membership) -> Record {
    Record(
      key: Record.key(memberOf: face), kind: .member, number: membership.person.rawValue,
      count: membership.isPinned ? 1 : 0)
  }

  /// The faces of some people.
  func members(
    of people: some Collection<PersonID>
  ) throws(GalleryError) -> [FaceID: PeopleBook.Membership] {
    Self.memberships(try records(.member, numbered: people))
  }

  /// Optional is what earlier versions did not write.
  private struct PersonBody: Codable {
    var created: Double
    var cover: FaceID?
    var born: PartialDate?
    var died: PartialDate?
  }

  private func entries(_ records: [Record]) throws(GalleryError) -> [PersonID: PeopleBook.Entry] {
    var entries: [PersonID: PeopleBook.Entry] = [:]
    for record in records {
      let body = try decoded { try JSONDecoder().decode(PersonBody.self, from: record.body) }
      entries[PersonID(record.number)] = .init(
        name: record.text.isEmpty ? nil : record.text,
        created: Date(timeIntervalSince1970: body.created), isHidden: record.count != 0,
        cover: body.cover, dates: LifeDates(born: body.born, died: body.died))
    }
    return entries
  }

  private func record(_ person: PersonID, _ entry: PeopleBook.Entry) throws(GalleryError) -> Record
  {
    Record(
      key: Record.key(person: person), kind: .person, number: person.rawValue,
      count: entry.isHidden ? 1 : 0, text: entry.name ?? "",
      body: try encoded(
        PersonBody(
          created: entry.created.timeIntervalSince1970, cover: entry.cover,
          born: entry.dates.born, died: entry.dates.died)))
  }

  private static func pairs(_ records: [Record]) -> [PeopleBook.Pair: EditID] {
    var pairs: [PeopleBook.Pair: EditID] = [:]
    for record in records {
      let pair = PeopleBook.Pair(PersonID(record.number), PersonID(record.count))
      pairs[pair] = Int64(record.text).map { EditID($0) } ?? .unknown
    }
    return pairs
  }

  private static func rejections(_ records: [Record]) -> [PeopleBook.Rejection: EditID] {
    var rejections: [PeopleBook.Rejection: EditID] = [:]
    for record in records {
      let rejection = PeopleBook.Rejection(FaceID(record.number), of: PersonID(record.count))
      rejections[rejection] = Int64(record.text).map { EditID($0) } ?? .unknown
    }
    return rejections
  }

  // MARK: Asking

  /// The names that some faces go by; those without one are left out.
  /// - Parameter members: whose the faces are, where that is known already.
  func names(
    of rows: [FaceRow], _ members: [FaceID: PeopleBook.Membership]? = nil
  ) throws(GalleryError) -> [FaceID: String] {
    let members = if let members { members } else { try memberships(of: rows.map(\.id)) }
    var given: [PersonID: String] = [:]
    if !members.isEmpty { given = try givenNames(ofPeople: Set(members.values.map(\.person))) }
    var doubted: Set<String> = []
    for row in rows where !row.name.isEmpty {
      if let member = members[row.id], member.isPinned, given[member.person] == nil {
        doubted.insert(row.name)
      }
    }
    for (person, entry) in try people(named: doubted) { given[person] = entry.name }
    let rule = NamingRule(members: members, given: given)
    var names: [FaceID: String] = [:]
    for row in rows { names[row.id] = rule.name(of: row) }
    return names
  }

  /// Which name a face goes by, see `StoredFace.name`.
  struct NamingRule {
    private let members: [FaceID: PeopleBook.Membership]
    private let given: [PersonID: String]
    private let bearers: Set<String>

    fileprivate init(members: [FaceID: PeopleBook.Membership], given: [PersonID: String]) {
      (self.members, self.given, bearers) = (members, given, Set(given.values))
    }

    /// The rule for all faces of a gallery.
    init(_ gallery: MilvusGallery) throws(GalleryError) {
      let given = try gallery.entries(
        gallery.records(.person, .notEqual(Record.textField, ""))
      ).compactMapValues(\.name)
      // Without names of people, those that faces were added by count.
      self.init(
        members: given.isEmpty ? [:] : MilvusGallery.memberships(try gallery.records(.member)),
        given: given)
    }

    /// Whether the user gave anybody a name.
    var isAnybodyNamed: Bool { !given.isEmpty }

    func name(of row: FaceRow) -> String? {
      if let member = members[row.id], let name = given[member.person] { return name }
      return ownName(of: row)
    }

    /// The same without the name of the face's person.
    func ownName(of row: FaceRow) -> String? {
      let isElsewhere = members[row.id]?.isPinned == true && bearers.contains(row.name)
      return row.name.isEmpty || isElsewhere ? nil : row.name
    }
  }

  /// The faces that the user hid, one by one or with their people.
  public func hiddenFaces() throws(GalleryError) -> Set<FaceID> {
    let single = try records(.hidden).map { FaceID($0.number) }
    let people = try records(.person, .equal(Record.countField, 1)).map { PersonID($0.number) }
    return try people.isEmpty ? Set(single) : faces(ofPeople: people).union(single)
  }

  /// Those of some faces that the user hid, one by one or with their people.
  /// - Parameter members: whose the faces are.
  func hiddenFaces(
    among faces: [FaceID], _ members: [FaceID: PeopleBook.Membership]
  ) throws(GalleryError) -> Set<FaceID> {
    let people = Set(members.values.map(\.person))
    let found = try records(
      faces.map { Record.key(hidden: $0) } + people.map { Record.key(person: $0) })
    let single = Set(found.filter { $0.kind == .hidden }.map(\.number))
    let whole = Set(found.filter { $0.kind == .person && $0.count != 0 }.map(\.number))
    return Set(
      faces.filter {
        single.contains($0.rawValue) || whole.contains(members[$0]?.person.rawValue ?? 0)
      })
  }

  /// The names that the user gave to some people.
  func givenNames(
    ofPeople people: some Collection<PersonID>
  ) throws(GalleryError) -> [PersonID: String] {
    try entries(records(people.map { Record.key(person: $0) })).compactMapValues(\.name)
  }

  /// Everybody, those with most faces first.
  public func people(assigned: [FaceID: PersonID]?) throws(GalleryError) -> [StoredPerson] {
    let members = Self.memberships(try records(.member))
    let known = try entries(records(.person))
    let rule = NamingRule(members: members, given: known.compactMapValues(\.name))
    var faces: [PersonID: [PersonFace]] = [:]
    var bearers: [PersonID: [String: Int]] = [:]
    let hidden = Set(try records(.hidden).map { FaceID($0.number) })
    try all {
      try eachRow { row in
        let membership = members[row.id]
        guard let person = assigned.map({ $0[row.id] }) ?? membership?.person else { return true }
        faces[person, default: []].append(
          PersonFace(
            face: row.id, photo: row.photo, path: row.origin.path, ordinal: Int(row.ordinal),
            isPinned: membership?.isPinned ?? false, isHidden: hidden.contains(row.id),
            quality: row.details.quality))
        if let name = rule.ownName(of: row) { bearers[person, default: [:]][name, default: 0] += 1 }
        return true
      }
    }
    return StoredPerson.all(faces, bearers: bearers, known: known)
  }

  /// What some people are called, by their ids; those without a name are left out.
  public func names(
    ofPeople people: some Collection<PersonID>
  ) throws(GalleryError) -> [PersonID: String] {
    var names = try givenNames(ofPeople: people)
    let others = people.filter { names[$0] == nil }
    let members = try members(of: others)
    guard !members.isEmpty else { return names }
    // Few of them may have a name.
    var bearers: [FaceRow] = []
    for some in members.keys.sorted().parts(of: Self.page) {
      try all {
        try eachRow(.both(.among(FaceFields.id, some), .notEqual(FaceFields.name, ""))) {
          bearers.append($0)
          return true
        }
      }
    }
    let own = try self.names(of: bearers, members)
    var counts: [PersonID: [String: Int]] = [:]
    for (face, name) in own {
      guard let person = members[face]?.person else { continue }
      counts[person, default: [:]][name, default: 0] += 1
    }
    for (person, bearers) in counts { names[person] = StoredPerson.usualName(bearers) }
    return names
  }

  public func people(ofFaces faces: some Collection<FaceID>) throws(GalleryError) -> [FaceID:
    PersonID]
  {
    try memberships(of: faces).mapValues(\.person)
  }

  public func faces(ofPeople people: some Collection<PersonID>) throws(GalleryError) -> Set<FaceID>
  {
    Set(try members(of: people).keys)
  }

  public func person(named name: String) throws(GalleryError) -> PersonID? {
    try people(named: [name.precomposedStringWithCanonicalMapping]).first?.key
  }

  private func people(named names: Set<String>) throws(GalleryError) -> [PersonID: PeopleBook.Entry]
  {
    guard !names.isEmpty else { return [:] }
    return try entries(records(.person, .among(Record.textField, names)))
  }

  public func givenPersonNames() throws(GalleryError) -> [String] {
    try records(.person, .notEqual(Record.textField, "")).map(\.text)
  }

  /// The faces that the user put to the same people as some faces, with these.
  public func togetherByEdit(with faces: [FaceID]) throws(GalleryError) -> Set<FaceID> {
    let people = Set(try memberships(of: faces).values.filter(\.isPinned).map(\.person))
    return Set(try members(of: people).filter(\.value.isPinned).keys)
  }

  // MARK: Sorting faces into people

  /// Who each face is, and what no clustering may change of it.
  public func peopleAssignment() throws(GalleryError) -> PeopleAssignment {
    try assignment(Self.memberships(records(.member)), known: try entries(records(.person)))
  }

  /// The same for some faces.
  public func peopleAssignment(of faces: [FaceID]) throws(GalleryError) -> PeopleAssignment {
    let members = try memberships(of: faces)
    let people = Set(members.values.map(\.person))
    return try assignment(
      members, known: try entries(records(people.map { Record.key(person: $0) })))
  }

  private func assignment(
    _ members: [FaceID: PeopleBook.Membership], known: [PersonID: PeopleBook.Entry]
  ) throws(GalleryError) -> PeopleAssignment {
    var result = PeopleAssignment()
    result.persons = members.mapValues(\.person)
    result.pinned = Set(members.filter(\.value.isPinned).keys)
    result.hidden = Set(members.filter { known[$0.value.person]?.isHidden == true }.keys)
    result.apart = Self.pairs(try records(.apart)).keys.map { ($0.low, $0.high) }
      .sorted { $0 < $1 }
    result.rejected = Self.rejections(try records(.rejected)).keys
      .sorted { ($0.face, $0.person) < ($1.face, $1.person) }
    // Somebody whose pinned faces were removed is not to lose a name, or to be merged after all.
    var held = Set(
      known.filter { $0.value.name != nil || $0.value.isHidden || $0.value.cover != nil }.keys)
    result.dates = known.mapValues(\.dates).filter { !$0.value.isEmpty }
    held.formUnion(result.dates.keys)
    held.formUnion(result.apart.flatMap { [$0.low, $0.high] })
    held.formUnion(result.rejected.map(\.person))
    // Nor is somebody whose pinned faces have no embedding to be clustered by.
    let unembedded = try ids(.isUnembedded)
    held.formUnion(result.pinned.intersection(unembedded).compactMap { result.persons[$0] })
    held.subtract(result.pinned.subtracting(unembedded).compactMap { result.persons[$0] })
    var first: [PersonID: FaceID] = [:]
    for (face, person) in result.persons
    where held.contains(person) && !unembedded.contains(face) {
      first[person] = min(first[person] ?? FaceID(.max), face)
    }
    result.pinned.formUnion(first.values)
    // Stands for all that are new, until they get numbers that follow from their faces.
    result.nextID = Self.newPeople
    return result
  }

  /// Above all numbers of people.
  private static let newPeople = PersonID(1 << 60)

  public func peopleState() throws(GalleryError) -> PeopleState? {
    try record(Record.peopleKey).flatMap {
      try? JSONDecoder().decode(PeopleState.self, from: $0.body)
    }
  }

  /// How many faces have no people yet, as far as their photos say.
  public func unsortedFaceCount() throws(GalleryError) -> Int {
    var count = 0
    try all {
      try eachRecord(.unsorted) {
        count += Int($0.count)
        return true
      }
    }
    return count
  }

  /// Some of the photos whose faces have no people yet: as many as have so many faces together, or the first.
  public func unsortedPhotos(mostFaces: Int) throws(GalleryError) -> [PhotoID] {
    var photos: [PhotoID] = []
    var count = 0
    try all {
      try eachRecord(.unsorted) { record in
        count += Int(record.count)
        if count > mostFaces, !photos.isEmpty { return false }
        photos.append(PhotoID(record.number))
        return true
      }
    }
    return photos
  }

  /// Says that nothing is to be done for the faces of some photos any more.
  public func markSorted(photos: [PhotoID]) throws(GalleryError) {
    try delete(photos.map { Record.key(unsorted: $0) })
  }

  /// Keeps what a clustering found. A person who is new has a number that follows from the first of the faces, so that
  /// two programs that sort the same faces at once give the same people.
  public func setPeople(
    faces: [FaceID], labels: [Int32], state: PeopleState
  ) throws(GalleryError) {
    let current = try peopleAssignment(of: faces)
    let photos = try photos(ofFaces: faces)
    let labels = zip(faces, labels).map { photos[$0] == nil ? -1 : $1 }
    let planned = PeoplePlan.persons(of: faces, labels: labels, current: current)
    var firstFace: [PersonID: FaceID] = [:]
    for (face, person) in zip(faces, planned) {
      guard let person, person >= Self.newPeople else { continue }
      firstFace[person] = min(firstFace[person] ?? FaceID(.max), face)
    }
    var numbers: [PersonID: PersonID] = [:]
    let candidates = firstFace.mapValues {
      Array(ContentNumber.candidates(personOf: $0).prefix(Self.attempts))
    }
    let taken = Set(
      try records(candidates.values.joined().map { Record.key(person: $0) })
        .map { PersonID($0.number) })
    for (person, own) in candidates {
      guard let free = own.first(where: { !taken.contains($0) }) else {
        throw .failed(path: path, detail: "no number is left for a person")
      }
      numbers[person] = free
    }
    let now = Date()
    var members: [Record] = []
    for (face, person) in zip(faces, planned) {
      guard let person = person.map({ numbers[$0] ?? $0 }), current.persons[face] != person else {
        continue
      }
      members.append(
        Self.record(face, .init(person: person, isPinned: current.pinned.contains(face))))
    }
    try put(members)
    var people: [Record] = []
    for person in numbers.values {
      people.append(try record(person, .init(name: nil, created: now)))
    }
    try put(people)
    let left = Set(current.persons.values).subtracting(planned.compactMap(\.self))
    _ = try removeEmpty(people: left)
    try put([
      Record(key: Record.peopleKey, kind: .people, body: try encoded(state)), newRevision,
    ])
    var sorted: Set<PhotoID> = []
    for (face, person) in zip(faces, planned) where person != nil {
      if let photo = photos[face] { sorted.insert(photo) }
    }
    try markSorted(photos: sorted.sorted())
  }

  /// Takes out those of some people who have no face any more.
  /// - Returns: who went, with the names that they had.
  private func removeEmpty(
    people: Set<PersonID>
  ) throws(GalleryError) -> [PersonID: PeopleBook.Entry] {
    let held = Set(try members(of: people).values.map(\.person))
    let gone = people.subtracting(held)
    guard !gone.isEmpty else { return [:] }
    let entries = try entries(records(gone.map { Record.key(person: $0) }))
    let pairs = Self.pairs(try records(.apart)).keys.filter {
      gone.contains($0.low) || gone.contains($0.high)
    }
    let rejections = Self.rejections(try records(.rejected)).keys.filter {
      gone.contains($0.person)
    }
    try delete(
      gone.map { Record.key(person: $0) } + pairs.map { Record.key(apart: $0) }
        + rejections.map { Record.key(rejected: $0) })
    return entries
  }

  /// After faces went: people without any go too, and nothing in the history tells their names.
  /// - Returns: the names of those who went.
  func forgetPeople(of faces: [FaceID]) throws(GalleryError) -> [String] {
    let owners = Set(try memberships(of: faces).values.map(\.person))
    try delete(faces.map { Record.key(memberOf: $0) })
    try delete(try records(.move, numbered: faces).map(\.key))
    try delete(try records(.rejected, numbered: faces).map(\.key))
    try delete(faces.map { Record.key(hidden: $0) })
    let gone = try removeEmpty(people: owners)
    let edits = try edits()
    if !edits.isEmpty {
      let mentioned = Set(edits.flatMap(\.people.keys))
      let existing = try records(mentioned.map { Record.key(person: $0) })
        .map { PersonID($0.number) }
      let removed = Set(faces)
      let kept = PeopleBook.forget(
        owners.intersection(gone.keys),
        in: edits.map { edit in
          var edit = edit
          edit.hidden = edit.hidden.filter { !removed.contains($0.key) }
          edit.confirmed = edit.confirmed.filter { !removed.contains($0.key) }
          edit.rejected = edit.rejected.filter { !removed.contains($0.key.face) }
          return edit
        }, existing: Set(existing))
      let after = Dictionary(uniqueKeysWithValues: kept.map { ($0.id, $0) })
      for edit in edits where after[edit.id] != edit {
        if let new = after[edit.id] {
          try put([try record(new)])
        } else {
          try delete([Record.key(edit: edit.id)])
        }
      }
    }
    return gone.values.compactMap(\.name)
  }

  // MARK: Edits

  private struct EditBody: Codable {
    struct Person: Codable { var id: PersonID, entry: PeopleBook.Entry }
    struct Apart: Codable { var pair: PeopleBook.Pair, by: EditID }
    struct Rejected: Codable { var rejection: PeopleBook.Rejection, by: EditID }
    struct Hidden: Codable { var face: FaceID, before: Bool }
    struct Confirmed: Codable { var face: FaceID, before: Double }

    var time: Double
    var kind: PeopleEdit.Kind
    var text: String
    var people: [Person]
    var apart: [Apart]
    // Earlier versions did not write these.
    var who: String?
    var rejected: [Rejected]?
    var hidden: [Hidden]?
    var confirmed: [Confirmed]?
  }

  private func record(_ edit: PeopleBook.Edit) throws(GalleryError) -> Record {
    let body = EditBody(
      time: edit.time.timeIntervalSince1970, kind: edit.kind, text: edit.text,
      people: edit.people.map { .init(id: $0, entry: $1) },
      apart: edit.apart.map { .init(pair: $0, by: $1) }, who: edit.who,
      rejected: edit.rejected.map { .init(rejection: $0, by: $1) },
      hidden: edit.hidden.map { .init(face: $0, before: $1) },
      confirmed: edit.confirmed.map { .init(face: $0, before: $1) })
    return Record(
      key: Record.key(edit: edit.id), kind: .edit, number: edit.id.rawValue,
      body: try encoded(body))
  }

  /// What the user said, the first first.
  private func edits() throws(GalleryError) -> [PeopleBook.Edit] {
    let found = try records(.edit)
    guard !found.isEmpty else { return [] }
    var moves: [EditID: [FaceID: PeopleBook.Move]] = [:]
    for record in try records(.move) {
      moves[EditID(record.count), default: [:]][FaceID(record.number)] = try decoded {
        try JSONDecoder().decode(PeopleBook.Move.self, from: record.body)
      }
    }
    var edits: [PeopleBook.Edit] = []
    for record in found {
      let body = try decoded { try JSONDecoder().decode(EditBody.self, from: record.body) }
      var edit = PeopleBook.Edit(
        id: EditID(record.number), time: Date(timeIntervalSince1970: body.time),
        kind: body.kind, who: body.who)
      edit.text = body.text
      for person in body.people { edit.people[person.id] = person.entry }
      for apart in body.apart { edit.apart[apart.pair] = apart.by }
      for rejected in body.rejected ?? [] { edit.rejected[rejected.rejection] = rejected.by }
      for hidden in body.hidden ?? [] { edit.hidden[hidden.face] = hidden.before }
      for confirmed in body.confirmed ?? [] { edit.confirmed[confirmed.face] = confirmed.before }
      edit.faces = moves[edit.id] ?? [:]
      edits.append(edit)
    }
    return edits.sorted { $0.id < $1.id }
  }

  public func lastPeopleEdit() throws(GalleryError) -> PeopleBook.Edit? { try edits().last }

  public func peopleHistory(
    before edit: EditID?, count: Int?
  ) throws(GalleryError) -> (edits: [PeopleEdit], total: Int) {
    let all = try edits()
    let earlier = all.reversed().filter { earlier in edit.map { earlier.id < $0 } ?? true }
    return (earlier.prefix(count ?? .max).map(\.summary), all.count)
  }

  public func changePeople<Value>(
    _ subject: PeopleBook.Subject, _ body: (inout PeopleBook) throws(GalleryError) -> Value
  ) throws(GalleryError) -> Value {
    var names = try names(concerning: subject)
    while true {
      let value = try claiming(names) { claim throws(GalleryError) -> Value? in
        let before = try book(of: subject)
        var book = before
        let value = try body(&book)
        // Somebody who was given a name since the names were looked up keeps it, and it is not claimed yet.
        let given = Self.names(of: book, unlike: before)
        names.formUnion(given.values)
        try claim.keep()
        guard !claim.isLost, claim.names.isSuperset(of: given.values) else { return nil }
        try replace(before, by: book, &claim)
        try withdrawDoubles(of: given, &claim, book, before)
        return value
      }
      if let value { return value }
    }
  }

  /// The names that an edit may give, or write once more because their people change otherwise.
  private func names(concerning subject: PeopleBook.Subject) throws(GalleryError) -> Set<String> {
    let owners = try memberships(of: subject.faces).values.map(\.person)
    return subject.names.union(try givenNames(ofPeople: subject.people.union(owners)).values)
  }

  /// The names of people who are to be written.
  private static func names(
    of new: PeopleBook, unlike old: PeopleBook
  ) -> [PersonID: String] {
    new.people.filter { old.people[$0.key] != $0.value }.compactMapValues(\.name)
  }

  /// After people were written: where others had taken the claim over by then, whoever they gave a name keeps it, and the
  /// edit is taken back.
  /// - Throws: `GalleryError.personNameTaken`
  private func withdrawDoubles(
    of given: [PersonID: String], _ claim: inout NameClaim, _ new: PeopleBook, _ old: PeopleBook
  ) throws(GalleryError) {
    if given.isEmpty { return }
    if try claim.stands() { return }
    let bearers = try people(named: Set(given.values))
    for (person, name) in given.sorted(by: { $0.key < $1.key }) {
      guard let other = bearers.first(where: { $0.value.name == name && $0.key != person })?.key
      else { continue }
      try replace(new, by: old, &claim)
      throw .personNameTaken(path: path, name: name, person: other)
    }
  }

  private func book(of subject: PeopleBook.Subject) throws(GalleryError) -> PeopleBook {
    var book = PeopleBook(path: path) { [self] (faces) throws(GalleryError) in
      try self.faces(ids: faces).map(\.1)
    }
    let rows = try plainRows(of: subject.faces)
    book.presentFaces = Set(rows.map(\.id))
    for row in rows where row.details.quality.isDoubtful {
      book.doubtful[row.id] = row.details.confidence
    }
    book.members = try memberships(of: subject.faces)
    var ids = subject.people.union(book.members.values.map(\.person))
    ids.formUnion(try people(named: subject.names).keys)
    book.people = try entries(records(ids.map { Record.key(person: $0) }))
    book.members.merge(try members(of: ids)) { own, _ in own }
    book.apart = Self.pairs(try records(.apart)).filter {
      ids.contains($0.key.low) || ids.contains($0.key.high)
    }
    book.rejected = Self.rejections(try records(.rejected)).filter {
      ids.contains($0.key.person)
    }
    book.hidden = Set(
      try records(book.presentFaces.map { Record.key(hidden: $0) }).map { FaceID($0.number) })
    let edits = try edits()
    let wanted = subject.edits.union(book.apart.values).union(book.rejected.values)
    for edit in edits where wanted.contains(edit.id) || edit.id == edits.last?.id {
      book.edits[edit.id] = edit
    }
    book.nextPerson = PersonID(.random(in: 1..<1 << 53))
    // Later than any other.
    book.nextEdit = max(
      (edits.last?.id ?? .beforeFirst).next,
      EditID(Int64(Date().timeIntervalSince1970 * 1_000_000)))
    book.begin()
    return book
  }

  /// Writes what an edit made of some people: what it takes to undo it comes first.
  private func replace(
    _ old: PeopleBook, by new: PeopleBook, _ claim: inout NameClaim
  ) throws(GalleryError) {
    var put: [Record] = []
    for edit in new.edits.values where old.edits[edit.id] == nil {
      for (face, move) in edit.faces {
        put.append(
          Record(
            key: Record.key(moveOf: face, by: edit.id), kind: .move, number: face.rawValue,
            count: edit.id.rawValue,
            body: try encoded(move)))
      }
      put.append(try record(edit))
    }
    for (person, entry) in new.people where old.people[person] != entry {
      put.append(try record(person, entry))
    }
    for (face, membership) in new.members where old.members[face] != membership {
      put.append(Self.record(face, membership))
    }
    for (pair, by) in new.apart where old.apart[pair] != by {
      put.append(
        Record(
          key: Record.key(apart: pair), kind: .apart, number: pair.low.rawValue,
          count: pair.high.rawValue,
          text: "\(by)"))
    }
    for (rejection, by) in new.rejected where old.rejected[rejection] != by {
      put.append(
        Record(
          key: Record.key(rejected: rejection), kind: .rejected, number: rejection.face.rawValue,
          count: rejection.person.rawValue, text: "\(by)"))
    }
    for face in new.hidden.subtracting(old.hidden) {
      put.append(Record(key: Record.key(hidden: face), kind: .hidden, number: face.rawValue))
    }
    var going = old.apart.keys.filter { new.apart[$0] == nil }.map { Record.key(apart: $0) }
    going += old.rejected.keys.filter { new.rejected[$0] == nil }.map { Record.key(rejected: $0) }
    going += old.hidden.subtracting(new.hidden).map { Record.key(hidden: $0) }
    going += old.members.keys.filter { new.members[$0] == nil }.map { Record.key(memberOf: $0) }
    going += old.people.keys.filter { new.people[$0] == nil }.map { Record.key(person: $0) }
    for edit in old.edits.values where new.edits[edit.id] == nil {
      going += edit.faces.keys.map { Record.key(moveOf: $0, by: edit.id) }
      going.append(Record.key(edit: edit.id))
    }
    guard !put.isEmpty || !going.isEmpty || new.doubtful != old.doubtful else { return }
    for some in put.parts(of: Self.rowsAtOnce) {
      try claim.keep()
      try self.put(Array(some))
    }
    try confirm(
      faces: new.members.filter { $0.value.isPinned && old.members[$0.key] != $0.value }.map(\.key)
        + old.doubtful.keys.filter { new.doubtful[$0] == nil })
    try doubt(new.doubtful.filter { old.doubtful[$0.key] == nil })
    try delete(going)
    try self.put([newRevision])
  }
}
