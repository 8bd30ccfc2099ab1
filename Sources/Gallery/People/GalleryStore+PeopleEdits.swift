import Foundation
import GRDB
import Vectors

/// What the user says about people. What is said is pinned, and wins over every clustering.
extension GalleryStore {
  /// Gives a person a name, and makes all of its faces stay.
  /// - Parameter name: kept in Unicode's composed form.
  /// - Returns: the edit; nil if all of it was so already.
  /// - Throws: `GalleryError.unknownPerson`, `.personNameTaken`, `.unusable` for a name that is empty or
  ///   reads like a person's number
  public func name(person: Int64, _ name: String) throws(GalleryError) -> PeopleEdit? {
    let (path, name) = (path, try Self.usablePersonName(name, path))
    return try edit(.name) { db, recorder in
      let before = try Self.name(of: person, db, path)
      try Self.checkFree(name, for: [person], db, path)
      try recorder.note(person: person)
      var isChange = before != name
      try recorder.setName(name, of: person)
      for face in try Self.faces(of: person, db) {
        if try recorder.pin(face, to: person) { isChange = true }
      }
      let title = StoredPerson.title(person, before)
      try recorder.describe(
        before == nil
          ? "named \(title) \"\(name)\""
          : before == name ? "confirmed \(title)" : "renamed \(title) to \"\(name)\"")
      return isChange
    }
  }

  /// Makes several people one, whose faces then stay together. The first with a name keeps its id, or
  /// the first of all.
  /// - Parameters:
  ///   - name: which name the person has afterwards; needed where several have different ones.
  ///   - anyway: also if some were told apart before.
  /// - Throws: `GalleryError.unknownPerson`, `.severalNames`, `.toldApart`, `.personNameTaken`,
  ///   `.unusable` for fewer than two people
  public func merge(
    people: [Int64], name: String? = nil, anyway: Bool = false
  ) throws(GalleryError) -> PeopleEdit {
    let path = path
    var wanted: String?
    if let name { wanted = try Self.usablePersonName(name, path) }
    var seen: Set<Int64> = []
    let people = people.filter { seen.insert($0).inserted }
    guard people.count > 1 else {
      throw .unusable(path: path, detail: "merging takes two different people")
    }
    let edit = try edit(.merge) { db, recorder in
      let names = try people.map { try Self.name(of: $0, db, path) }
      let given = names.compactMap { $0 }
      if given.count > 1, wanted == nil {
        throw GalleryError.severalNames(path: path, names: given)
      }
      if let wanted { try Self.checkFree(wanted, for: people, db, path) }
      if !anyway { try Self.checkNotApart(people, db, path) }
      let kept = zip(people, names).first { $0.1 != nil }?.0 ?? people[0]
      for person in people { try recorder.note(person: person) }
      for person in people { try recorder.setName(nil, of: person) }
      let others = people.filter { $0 != kept }
      // Whoever was told apart from one of them is apart from all of them now.
      let apart = try Row.fetchAll(
        db,
        sql: """
          SELECT low, high, told_by FROM apart
          WHERE low IN (\(Self.list(people))) OR high IN (\(Self.list(people)))
          """)
      for person in people {
        for face in try Self.faces(of: person, db) { try recorder.pin(face, to: kept) }
      }
      try recorder.setName(wanted ?? given.first, of: kept)
      for row in apart {
        let pair: [Int64] = [try row.value(0), try row.value(1)]
        let by: Int64? = try row.value(2)
        let mapped = pair.map { people.contains($0) ? kept : $0 }
        try db.execute(
          sql: "DELETE FROM apart WHERE low = ? AND high = ?", arguments: [pair[0], pair[1]])
        guard mapped[0] != mapped[1] else { continue }
        try db.execute(
          sql: "INSERT OR IGNORE INTO apart VALUES (?, ?, ?)",
          arguments: [min(mapped[0], mapped[1]), max(mapped[0], mapped[1]), by])
      }
      let titles = Dictionary(
        uniqueKeysWithValues: zip(people, names).map { ($0, StoredPerson.title($0, $1)) })
      let old = titles[kept] ?? "#\(kept)"
      let renamed = wanted.flatMap { $0 == names[people.firstIndex(of: kept) ?? 0] ? nil : $0 }
      try recorder.describe(
        "merged \(others.compactMap { titles[$0] }.joined(separator: ", ")) into \(old)"
          + (renamed.map { " as \"\($0)\"" } ?? ""))
      return true
    }
    return try Self.made(edit, path)
  }

  /// Makes some faces of a person another person; the two are told apart.
  /// - Returns: the edit and the new person.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if a face is of somebody else or
  ///   none would be left
  public func split(
    person: Int64, faces: [Int64]
  ) throws(GalleryError) -> (edit: PeopleEdit, person: Int64) {
    let path = path
    var new: Int64 = 0
    let edit = try edit(.split) { db, recorder in
      let before = try Self.name(of: person, db, path)
      let title = StoredPerson.title(person, before)
      let own = try Self.faces(of: person, db)
      let faces = Set(faces)
      for face in faces.sorted() where !own.contains(face) {
        try Self.check(face: face, db, path)
        throw GalleryError.unusable(path: path, detail: "face \(face) is not of \(title)")
      }
      guard !faces.isEmpty, faces.count < own.count else {
        throw GalleryError.unusable(
          path: path,
          detail: faces.isEmpty
            ? "splitting takes a face at least" : "splitting would leave no face of \(title)")
      }
      try recorder.note(person: person)
      new = try recorder.newPerson()
      let rest = own.filter { !faces.contains($0) }
      try recorder.pin(try Self.central(rest, db), to: person)
      for face in faces.sorted() { try recorder.pin(face, to: new) }
      try recorder.tellApart(person, new)
      try recorder.describe(
        "split \(faces.count) \(faces.count == 1 ? "face" : "faces") from \(title) as #\(new)")
      return true
    }
    return (try Self.made(edit, path), new)
  }

  /// Says that a face is not a certain person. If it was taken for that person, it becomes a person of
  /// its own; if it is of another, the two are told apart.
  /// - Returns: the edit, nil if it was said before; and the face's person.
  /// - Throws: `GalleryError.unknownPerson`, `.unknownFace`, `.unusable` if it is the person's only face
  public func tell(
    face: Int64, apartFrom person: Int64
  ) throws(GalleryError) -> (edit: PeopleEdit?, person: Int64) {
    let path = path
    var other: Int64 = 0
    let edit = try edit(.apart) { db, recorder in
      try Self.check(face: face, db, path)
      let title = StoredPerson.title(person, try Self.name(of: person, db, path))
      let owner = try Int64.fetchOne(
        db, sql: "SELECT person FROM person_face WHERE face = ?", arguments: [face])
      let rest = try Self.faces(of: person, db).filter { $0 != face }
      guard !rest.isEmpty else {
        throw GalleryError.unusable(path: path, detail: "face \(face) is the only one of \(title)")
      }
      try recorder.note(person: person)
      var isChange = true
      if let owner, owner != person {
        other = owner
        try recorder.note(person: owner)
        isChange = try !Self.isApart(owner, person, db)
      } else {
        other = try recorder.newPerson()
      }
      // A face that the user pinned holds the person already.
      if try !Self.hasPin(among: rest, db) {
        try recorder.pin(try Self.central(rest, db), to: person)
      }
      if try recorder.pin(face, to: other) { isChange = true }
      try recorder.tellApart(person, other)
      let otherTitle = StoredPerson.title(other, try Self.name(of: other, db, path))
      try recorder.describe(
        owner == person || owner == nil
          ? "told a face apart from \(title) as #\(other)"
          : "told a face of \(otherTitle) apart from \(title)")
      return isChange
    }
    return (edit, other)
  }

  /// Takes the last edit back.
  /// - Returns: what was taken back; nil if nothing is left to.
  public func undoPeopleEdit() throws(GalleryError) -> PeopleEdit? {
    try write { try PeopleHistory.undo($0) }
  }

  /// The edits, the last first.
  public func peopleHistory() throws(GalleryError) -> [PeopleEdit] {
    try read { try PeopleHistory.edits($0, "ORDER BY id DESC") }
  }

  // MARK: - Parts of edits

  /// - Parameter body: whether anything changed; if not, nothing is kept of it.
  private func edit(
    _ kind: PeopleEdit.Kind, _ body: (Database, PeopleRecorder) throws -> Bool
  ) throws(GalleryError) -> PeopleEdit? {
    try requireWriting()
    // Not to count a revision for it.
    struct Unchanged: Error {}
    var id: Int64 = 0
    var isUnchanged = false
    do {
      return try write { db in
        let recorder = try PeopleRecorder(kind, db)
        id = recorder.edit
        guard try body(db, recorder) else {
          isUnchanged = true
          throw Unchanged()
        }
        try Self.removeEmptyPeople(db)
        return try PeopleHistory.edits(db, "WHERE id = \(id)").first
      }
    } catch {
      if isUnchanged { return nil }
      throw error
    }
  }

  private static func made(_ edit: PeopleEdit?, _ path: String) throws(GalleryError) -> PeopleEdit {
    guard let edit else { throw .failed(path: path, detail: "the edit was not kept") }
    return edit
  }

  private static func usablePersonName(
    _ name: String, _ path: String
  ) throws(GalleryError) -> String {
    let name = try usable(name.trimmingCharacters(in: .whitespacesAndNewlines), path)
    guard !(name.hasPrefix("#") && name.dropFirst().allSatisfy(\.isNumber)) else {
      throw .unusable(path: path, detail: "a name that reads like a person's number, \(name)")
    }
    return name
  }

  /// The user's name for a person.
  private static func name(of person: Int64, _ db: Database, _ path: String) throws -> String? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT name FROM person WHERE id = ?", arguments: [person])
    else { throw GalleryError.unknownPerson(path: path, person: person) }
    return try row.value(0)
  }

  private static func faces(of person: Int64, _ db: Database) throws -> [Int64] {
    try Int64.fetchAll(
      db, sql: "SELECT face FROM person_face WHERE person = ? ORDER BY face", arguments: [person])
  }

  private static func check(face: Int64, _ db: Database, _ path: String) throws {
    let isThere = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM face WHERE id = ?)", arguments: [face])
    if isThere != true { throw GalleryError.unknownFace(path: path, face: face) }
  }

  private static func checkFree(
    _ name: String, for people: [Int64], _ db: Database, _ path: String
  ) throws {
    let holder = try Int64.fetchOne(
      db, sql: "SELECT id FROM person WHERE name = ?", arguments: [name])
    if let holder, !people.contains(holder) {
      throw GalleryError.personNameTaken(path: path, name: name, person: holder)
    }
  }

  private static func isApart(_ a: Int64, _ b: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM apart WHERE low = ? AND high = ?)",
      arguments: [min(a, b), max(a, b)]) == true
  }

  private static func checkNotApart(_ people: [Int64], _ db: Database, _ path: String) throws {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT low, high, told_by FROM apart
        WHERE low IN (\(list(people))) AND high IN (\(list(people))) ORDER BY low, high
        """)
    guard let row else { return }
    let pair: [Int64] = [try row.value(0), try row.value(1)]
    let titles = try pair.map { StoredPerson.title($0, try name(of: $0, db, path)) }
    let told: Int64? = try row.value(2)
    throw GalleryError.toldApart(
      path: path, first: titles[0], second: titles[1],
      edit: try told.flatMap { try PeopleHistory.edits(db, "WHERE id = \($0)").first })
  }

  private static func hasPin(among faces: [Int64], _ db: Database) throws -> Bool {
    try faces.contains { face in
      try Bool.fetchOne(
        db, sql: "SELECT pinned FROM person_face WHERE face = ?", arguments: [face]) == true
    }
  }

  /// The face nearest to the mean of some.
  /// - Precondition: there is one at least.
  private static func central(_ faces: [Int64], _ db: Database) throws -> Int64 {
    guard faces.count > 2 else { return faces[0] }
    let statement = try db.cachedStatement(sql: "SELECT embedding FROM face WHERE id = ?")
    let embeddings = try faces.map { face in
      Embedding(FloatBlob.floats(try Data.fetchOne(statement, arguments: [face]) ?? Data()))
    }
    guard embeddings.allSatisfy({ $0.count == embeddings[0].count }) else { return faces[0] }
    let mean = Embedding.mean(embeddings)
    let distances = embeddings.map { Metric.l2.distance($0, mean) }
    return zip(distances, faces).min { $0 < $1 }?.1 ?? faces[0]
  }

  private static func list(_ ids: [Int64]) -> String {
    ids.map(String.init).joined(separator: ", ")
  }
}
