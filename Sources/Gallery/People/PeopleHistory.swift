import Foundation
import GRDB

/// Writes down what an edit is about to change, and changes it.
struct PeopleRecorder {
  let edit: Int64
  private let db: Database

  init(_ kind: PeopleEdit.Kind, _ db: Database) throws {
    self.db = db
    try db.execute(
      sql: "INSERT INTO people_edit (time, kind, description) VALUES (?, ?, '')",
      arguments: [Date().timeIntervalSince1970, kind.rawValue])
    edit = db.lastInsertedRowID
  }

  func describe(_ text: String) throws {
    try db.execute(
      sql: "UPDATE people_edit SET description = ? WHERE id = ?", arguments: [text, edit])
  }

  /// Before a person is changed in any way.
  func note(person: Int64) throws {
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO people_edit_person
        SELECT ?, id, name, created FROM person WHERE id = ?
        """, arguments: [edit, person])
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO people_edit_apart
        SELECT ?, low, high, told_by FROM apart WHERE low = ? OR high = ?
        """, arguments: [edit, person, person])
  }

  /// A person who was not there before.
  func newPerson() throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO person (created) VALUES (?)", arguments: [Date().timeIntervalSince1970])
    let person = db.lastInsertedRowID
    try note(person: person)
    return person
  }

  /// Pins a face to a person, whosever it was.
  /// - Returns: whether that changed anything.
  @discardableResult
  func pin(_ face: Int64, to person: Int64) throws -> Bool {
    let row = try Row.fetchOne(
      db, sql: "SELECT person, pinned FROM person_face WHERE face = ?", arguments: [face])
    let before: Int64? = try row?.value(0)
    let wasPinned: Bool = try row?.value(1) ?? false
    if before == person, wasPinned { return false }
    try db.cachedStatement(
      sql: """
        INSERT INTO people_edit_face VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (edit, face) DO UPDATE SET person_after = excluded.person_after
        """
    ).execute(arguments: [edit, face, before, wasPinned, person])
    try db.cachedStatement(
      sql: """
        INSERT INTO person_face VALUES (?, ?, 1)
        ON CONFLICT (face) DO UPDATE SET person = excluded.person, pinned = 1
        """
    ).execute(arguments: [face, person])
    return true
  }

  func setName(_ name: String?, of person: Int64) throws {
    try db.execute(sql: "UPDATE person SET name = ? WHERE id = ?", arguments: [name, person])
  }

  func tellApart(_ a: Int64, _ b: Int64) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO apart VALUES (?, ?, ?)", arguments: [min(a, b), max(a, b), edit])
  }
}

/// The user's edits of people: taking them back, and forgetting what was removed.
enum PeopleHistory {
  static func edits(_ db: Database, _ condition: String) throws -> [PeopleEdit] {
    try Row.fetchAll(
      db, sql: "SELECT id, time, kind, description FROM people_edit \(condition)"
    ).map { row in
      let id: Int64 = try row.value(0)
      let kind: String = try row.value(2)
      return PeopleEdit(
        id: id, time: Date(timeIntervalSince1970: try row.value(1)),
        kind: PeopleEdit.Kind(rawValue: kind) ?? .name, text: try row.value(3),
        faces: try Int64.fetchAll(
          db,
          sql: """
            SELECT face FROM people_edit_face WHERE edit = ? AND person IS NOT person_after
            ORDER BY face
            """, arguments: [id]),
        people: try Int64.fetchAll(
          db, sql: "SELECT person FROM people_edit_person WHERE edit = ? ORDER BY person",
          arguments: [id]))
    }
  }

  /// Puts the rows that the last edit changed back, as far as their faces are still there.
  /// - Returns: the edit, which is in the history no more; nil if there is none.
  static func undo(_ db: Database) throws -> PeopleEdit? {
    guard let edit = try edits(db, "ORDER BY id DESC LIMIT 1").first else { return nil }
    // People of nothing but this edit's faces, though they were forgotten.
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO person (id, created)
        SELECT person, created FROM people_edit_person WHERE edit = ?
        UNION ALL SELECT person, ? FROM people_edit_face WHERE edit = ? AND person IS NOT NULL
        """, arguments: [edit.id, edit.time.timeIntervalSince1970, edit.id])
    // Names are unique, so all go before any comes back.
    let touched = "IN (SELECT person FROM people_edit_person WHERE edit = \(edit.id))"
    try db.execute(
      sql: """
        UPDATE person SET name = NULL WHERE id \(touched);
        UPDATE OR IGNORE person SET name = before.name FROM people_edit_person AS before
          WHERE before.edit = \(edit.id) AND before.person = person.id;
        DELETE FROM apart WHERE low \(touched) OR high \(touched);
        DELETE FROM person_face WHERE face IN
          (SELECT face FROM people_edit_face WHERE edit = \(edit.id) AND person IS NULL);
        INSERT OR REPLACE INTO person_face SELECT face, person, pinned FROM people_edit_face
          WHERE edit = \(edit.id) AND person IS NOT NULL;
        """)
    try GalleryStore.removeEmptyPeople(db)
    try db.execute(
      sql: """
        INSERT INTO apart SELECT low, high,
            (SELECT id FROM people_edit WHERE id = told_by AND id <> \(edit.id))
          FROM people_edit_apart WHERE edit = \(edit.id)
            AND low IN (SELECT id FROM person) AND high IN (SELECT id FROM person);
        DELETE FROM people_edit WHERE id = \(edit.id);
        """)
    return edit
  }

  /// After faces went: people without any go too, and nothing in the history tells their names.
  static func forgetRemoved(_ db: Database) throws {
    let gone = try GalleryStore.removeEmptyPeople(db)
    guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM people_edit)") == true else {
      return
    }
    // People who are not there and whom no undo could bring back a face of were removed too, after a
    // merge.
    let noted = try Int64.fetchSet(
      db,
      sql: """
        SELECT person FROM people_edit_person
        EXCEPT SELECT id FROM person
        EXCEPT SELECT person FROM people_edit_face
        EXCEPT SELECT person_after FROM people_edit_face
        """)
    for person in gone.union(noted).sorted() {
      try db.execute(
        sql: """
          UPDATE people_edit SET description = CASE kind
              WHEN 'name' THEN 'named somebody' WHEN 'merge' THEN 'merged people'
              WHEN 'split' THEN 'split somebody' ELSE 'told people apart' END
            || ', since removed'
          WHERE id IN (SELECT edit FROM people_edit_person WHERE person = ?)
          """, arguments: [person])
      try db.execute(
        sql: "UPDATE people_edit_person SET name = NULL WHERE person = ?", arguments: [person])
    }
    for person in noted.sorted() {
      try db.execute(
        sql: "DELETE FROM people_edit_person WHERE person = ?", arguments: [person])
      try db.execute(
        sql: "DELETE FROM people_edit_apart WHERE low = ? OR high = ?", arguments: [person, person])
    }
    // Edits that are about nobody any more.
    try db.execute(
      sql: """
        DELETE FROM people_edit WHERE
          NOT EXISTS (SELECT 1 FROM people_edit_face WHERE edit = people_edit.id)
          AND NOT EXISTS (
            SELECT 1 FROM people_edit_person WHERE edit = people_edit.id AND (
              person IN (SELECT id FROM person)
              OR person IN (SELECT person FROM people_edit_face)
              OR person IN (SELECT person_after FROM people_edit_face)))
        """)
  }
}
