import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// All people, those with most faces first. Faces added since the last clustering have no person.
  /// - Parameter assigned: the person of each face, instead of the stored one.
  public func people(assigned: [FaceID: PersonID]?) throws(GalleryError) -> [StoredPerson] {
    try read { db in
      var known: [PersonID: PeopleBook.Entry] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT id, \(Self.entryColumns) FROM person") {
        known[try row.value(0)] = try Self.entry(row, from: 1)
      }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT \(Self.faceColumns(name: Self.ownName)), person_face.person, person_face.pinned, photo.path,
            hidden_face.face IS NOT NULL
          FROM face JOIN photo ON photo.id = face.photo
          LEFT JOIN person_face ON person_face.face = face.id
          LEFT JOIN hidden_face ON hidden_face.face = face.id
          LEFT JOIN name ON name.id = face.name
          ORDER BY face.id
          """)
      var faces: [PersonID: [PersonFace]] = [:]
      var bearers: [PersonID: [String: Int]] = [:]
      while let row = try rows.next() {
        let face = try Self.face(row)
        let stored: PersonID? = try row.value(Self.faceColumnCount)
        guard let person = assigned.map({ $0[face.id] }) ?? stored else { continue }
        faces[person, default: []].append(
          PersonFace(
            face: face.id, photo: face.photo, path: place(try row.value(Self.faceColumnCount + 2)),
            ordinal: face.ordinal, isPinned: try row.value(Self.faceColumnCount + 1) ?? false,
            isHidden: try row.value(Self.faceColumnCount + 3), quality: face.quality))
        if let name = face.name { bearers[person, default: [:]][name, default: 0] += 1 }
      }
      return StoredPerson.all(faces, bearers: bearers, known: known)
    }
  }

  /// What a person's own row says, for `entry`.
  static let entryColumns = "name, created, hidden, cover, born, died"

  static func entry(_ row: Row, from column: Int) throws -> PeopleBook.Entry {
    PeopleBook.Entry(
      name: try row.value(column),
      created: Date(timeIntervalSince1970: try row.value(column + 1)),
      isHidden: try row.value(column + 2), cover: try row.value(column + 3),
      dates: try dates(row, from: column + 4))
  }

  private static func dates(_ row: Row, from column: Int) throws -> LifeDates {
    func date(_ column: Int) throws -> PartialDate? {
      try row.value(column, as: String?.self).flatMap { PartialDate($0) }
    }
    return LifeDates(born: try date(column), died: try date(column + 1))
  }

  /// The faces that the user hid, one by one or with their people.
  public func hiddenFaces() throws(GalleryError) -> Set<FaceID> {
    try read { try Self.hiddenFaces($0) }
  }

  static func hiddenFaces(_ db: Database) throws -> Set<FaceID> {
    try FaceID.fetchSet(
      db,
      sql: """
        SELECT face FROM hidden_face
        UNION SELECT face FROM person_face WHERE person IN (SELECT id FROM person WHERE hidden)
        """)
  }

  /// The person whom the user gave a name; nil if there is none.
  public func person(named name: String) throws(GalleryError) -> PersonID? {
    try read {
      try PersonID.fetchOne(
        $0, sql: "SELECT id FROM person WHERE name = ?",
        arguments: [name.precomposedStringWithCanonicalMapping])
    }
  }

  /// The person of each face, and which of these no clustering may change.
  public func peopleAssignment() throws(GalleryError) -> PeopleAssignment {
    try read { try Self.assignment($0) }
  }

  static func assignment(_ db: Database) throws -> PeopleAssignment {
    var result = PeopleAssignment()
    let rows = try Row.fetchCursor(db, sql: "SELECT face, person, pinned FROM person_face")
    while let row = try rows.next() {
      let face: FaceID = try row.value(0)
      result.persons[face] = try row.value(1)
      if try row.value(2) { result.pinned.insert(face) }
    }
    result.hidden = try FaceID.fetchSet(
      db, sql: "SELECT face FROM person_face WHERE person IN (SELECT id FROM person WHERE hidden)")
    // Somebody whose pinned faces were removed, or have no embedding to be clustered by, is not to lose a name, or to
    // be merged after all.
    result.pinned.formUnion(
      try FaceID.fetchAll(
        db,
        sql: """
          SELECT MIN(face) FROM person_face
          WHERE face NOT IN (SELECT face FROM missing_embedding) AND person IN (
            SELECT id FROM person WHERE name IS NOT NULL OR hidden OR cover IS NOT NULL
              OR born IS NOT NULL OR died IS NOT NULL
            UNION SELECT low FROM apart UNION SELECT high FROM apart
            UNION SELECT person FROM rejected_face
            UNION SELECT person FROM person_face
              WHERE pinned AND face IN (SELECT face FROM missing_embedding))
          GROUP BY person HAVING MAX(pinned) = 0
          """))
    result.apart = try Row.fetchAll(db, sql: "SELECT low, high FROM apart ORDER BY low, high").map {
      (try $0.value(0), try $0.value(1))
    }
    result.rejected = try Row.fetchAll(
      db, sql: "SELECT face, person FROM rejected_face ORDER BY face, person"
    ).map { .init(try $0.value(0), of: try $0.value(1)) }
    for row in try Row.fetchAll(
      db, sql: "SELECT id, born, died FROM person WHERE born IS NOT NULL OR died IS NOT NULL")
    {
      result.dates[try row.value(0)] = try dates(row, from: 1)
    }
    result.nextID = try nextPerson(db)
    return result
  }

  static func nextPerson(_ db: Database) throws -> PersonID {
    (try PersonID.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'person'")
      ?? .beforeFirst).next
  }

  /// What the people were clustered from; nil before the first clustering.
  public func peopleState() throws(GalleryError) -> PeopleState? {
    try read { try Self.peopleState($0) }
  }

  static func peopleState(_ db: Database) throws -> PeopleState? {
    try meta("people", db).flatMap {
      try? JSONDecoder().decode(PeopleState.self, from: Data($0.utf8))
    }
  }

  /// Stores the result of a clustering. Ids of people are kept where possible, see `PeoplePlan`; pinned
  /// faces stay, and faces added or removed after `state.revision` are left as they are.
  /// - Parameters:
  ///   - faces: ids, `(n,)`.
  ///   - labels: the cluster of each face, `(n,)`; below 0 for those to be left alone.
  ///   - state: kept with them.
  /// - Throws: `GalleryError`; nothing is changed then.
  public func setPeople(
    faces: [FaceID], labels: [Int32], state: PeopleState
  ) throws(GalleryError) {
    try write { db in
      let current = try Self.assignment(db)
      let changed = try FaceID.fetchSet(
        db, sql: "SELECT face FROM face_change WHERE revision > ?", arguments: [state.revision])
      let labels = zip(faces, labels).map { changed.contains($0) ? -1 : $1 }
      let persons = PeoplePlan.persons(of: faces, labels: labels, current: current)
      let now = Date().timeIntervalSince1970
      let known = Set(current.persons.values)
      let new = Set(persons.compactMap { $0 }).subtracting(known).sorted()
      for person in new {
        try db.cachedStatement(sql: "INSERT INTO person (id, created) VALUES (?, ?)")
          .execute(arguments: [person, now])
      }
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO person_face (face, person) VALUES (?, ?)
          ON CONFLICT (face) DO UPDATE SET person = excluded.person
          """)
      for (face, person) in zip(faces, persons) {
        guard let person, current.persons[face] != person else { continue }
        try statement.execute(arguments: [face, person])
      }
      try Self.removeEmptyPeople(db)
      let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
      if try Self.meta("people", db) != text {
        try db.execute(
          sql: "INSERT OR REPLACE INTO meta VALUES ('people', ?)", arguments: [text])
      }
    }
  }

  /// - Returns: the people who had lost their last face.
  @discardableResult
  static func removeEmptyPeople(_ db: Database) throws -> Set<PersonID> {
    try PersonID.fetchSet(
      db,
      sql: """
        DELETE FROM person WHERE NOT EXISTS (SELECT 1 FROM person_face WHERE person = person.id)
        RETURNING id
        """)
  }
}
