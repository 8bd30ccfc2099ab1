import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// The latest edit that has not been undone; nil if there is none.
  public func lastPeopleEdit() throws(GalleryError) -> PeopleBook.Edit? {
    try read { try Self.edits($0, "ORDER BY id DESC LIMIT 1").first }
  }

  /// The edits before one, the last first, and how many there are in all.
  public func peopleHistory(
    before edit: EditID?, count: Int?
  ) throws(GalleryError) -> (edits: [PeopleEdit], total: Int) {
    try read { db in
      let condition = edit.map { "WHERE id < \($0) " } ?? ""
      // Of a limit below 0, SQLite gives all.
      let edits = try Self.edits(db, condition + "ORDER BY id DESC LIMIT \(count ?? -1)")
      return (
        edits.map(\.summary), try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM people_edit") ?? 0
      )
    }
  }

  /// Changes people in one transaction, which changes nothing where the rules do not.
  public func changePeople<Value>(
    _ subject: PeopleBook.Subject, _ body: (inout PeopleBook) throws(GalleryError) -> Value
  ) throws(GalleryError) -> Value {
    try requireWriting()
    return try write { db in
      let before = try book(of: subject, db)
      var book = before
      let value = try body(&book)
      try Self.replace(before, by: book, db)
      return value
    }
  }

  // MARK: Reading

  private func book(of subject: PeopleBook.Subject, _ db: Database) throws -> PeopleBook {
    let path = path
    var book = PeopleBook(path: path) { (faces) throws(GalleryError) in
      do {
        let statement = try db.cachedStatement(
          sql: "SELECT embedding FROM face WHERE id = ? AND \(Self.isEmbedded)")
        return try faces.compactMap { face in
          try Data.fetchOne(statement, arguments: [face]).map { Embedding(FloatBlob.floats($0)) }
        }
      } catch {
        throw GalleryError(error, path: path)
      }
    }
    var ids = subject.people
    let faceRow = try db.cachedStatement(
      sql: """
        SELECT person_face.person, person_face.pinned,
          CASE WHEN \(Self.isDoubtful) THEN face.confidence END
        FROM face LEFT JOIN person_face ON person_face.face = face.id WHERE face.id = ?
        """)
    let hidden = try db.cachedStatement(sql: "SELECT 1 FROM hidden_face WHERE face = ?")
    for face in subject.faces {
      guard let row = try Row.fetchOne(faceRow, arguments: [face]) else { continue }
      book.presentFaces.insert(face)
      book.doubtful[face] = try row.value(2, as: Double?.self)
      if try Int.fetchOne(hidden, arguments: [face]) != nil { book.hidden.insert(face) }
      guard let person: PersonID = try row.value(0) else { continue }
      book.members[face] = .init(person: person, isPinned: try row.value(1))
      ids.insert(person)
    }
    for name in subject.names {
      if let holder = try PersonID.fetchOne(
        db, sql: "SELECT id FROM person WHERE name = ?", arguments: [name])
      {
        ids.insert(holder)
      }
    }
    let entries = try db.cachedStatement(
      sql: "SELECT \(Self.entryColumns) FROM person WHERE id = ?")
    let members = try db.cachedStatement(
      sql: "SELECT face, pinned FROM person_face WHERE person = ?")
    let apart = try db.cachedStatement(
      sql: "SELECT low, high, told_by FROM apart WHERE low = :id OR high = :id")
    let rejected = try db.cachedStatement(
      sql: "SELECT face, told_by FROM rejected_face WHERE person = ?")
    for id in ids {
      guard let row = try Row.fetchOne(entries, arguments: [id]) else { continue }
      book.people[id] = try Self.entry(row, from: 0)
      for row in try Row.fetchAll(members, arguments: [id]) {
        book.members[try row.value(0)] = .init(person: id, isPinned: try row.value(1))
      }
      for row in try Row.fetchAll(apart, arguments: ["id": id]) {
        let pair = PeopleBook.Pair(try row.value(0), try row.value(1))
        book.apart[pair] = try row.value(2, as: EditID?.self) ?? .unknown
      }
      for row in try Row.fetchAll(rejected, arguments: [id]) {
        let rejection = PeopleBook.Rejection(try row.value(0), of: id)
        book.rejected[rejection] = try row.value(1, as: EditID?.self) ?? .unknown
      }
    }
    let wanted = subject.edits.union(book.apart.values).union(book.rejected.values)
      .map { "\($0)" }.joined(separator: ", ")
    for edit in try Self.edits(
      db, "WHERE id IN (\(wanted)) OR id = (SELECT MAX(id) FROM people_edit)")
    {
      book.edits[edit.id] = edit
    }
    book.nextPerson = try Self.nextPerson(db)
    book.nextEdit =
      (try EditID.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'people_edit'")
      ?? .beforeFirst).next
    book.begin()
    return book
  }

  private static func edits(_ db: Database, _ condition: String) throws -> [PeopleBook.Edit] {
    try Row.fetchAll(
      db, sql: "SELECT id, time, kind, description, who FROM people_edit \(condition)"
    ).map { row in
      let (id, kind): (EditID, String) = (try row.value(0), try row.value(2))
      var edit = PeopleBook.Edit(
        id: id, time: Date(timeIntervalSince1970: try row.value(1)),
        kind: PeopleEdit.Kind(rawValue: kind) ?? .name, who: try row.value(4))
      edit.text = try row.value(3)
      for row in try Row.fetchAll(
        db, sql: "SELECT person, \(entryColumns) FROM people_edit_person WHERE edit = ?",
        arguments: [id])
      {
        edit.people[try row.value(0)] = try entry(row, from: 1)
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT face, person, told_by FROM people_edit_rejected WHERE edit = ?",
        arguments: [id])
      {
        let rejection = PeopleBook.Rejection(try row.value(0), of: try row.value(1))
        edit.rejected[rejection] = try row.value(2, as: EditID?.self) ?? .unknown
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT face, before FROM people_edit_hidden WHERE edit = ?", arguments: [id])
      {
        edit.hidden[try row.value(0)] = try row.value(1, as: Bool.self)
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT face, confidence FROM people_edit_confirmed WHERE edit = ?",
        arguments: [id])
      {
        edit.confirmed[try row.value(0)] = try row.value(1, as: Double.self)
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT low, high, told_by FROM people_edit_apart WHERE edit = ?",
        arguments: [id])
      {
        let pair = PeopleBook.Pair(try row.value(0), try row.value(1))
        edit.apart[pair] = try row.value(2, as: EditID?.self) ?? .unknown
      }
      for row in try Row.fetchAll(
        db, sql: "SELECT face, person, pinned, person_after FROM people_edit_face WHERE edit = ?",
        arguments: [id])
      {
        let (before, isPinned): (PersonID?, Bool) = (try row.value(1), try row.value(2))
        edit.faces[try row.value(0)] = .init(
          before: before.map { .init(person: $0, isPinned: isPinned) }, after: try row.value(3))
      }
      return edit
    }
  }

  // MARK: Writing

  /// Writes what an edit made of some people; the rest is left as it is.
  private static func replace(_ old: PeopleBook, by new: PeopleBook, _ db: Database) throws {
    for pair in old.apart.keys where new.apart[pair] == nil {
      try db.execute(
        sql: "DELETE FROM apart WHERE low = ? AND high = ?", arguments: [pair.low, pair.high])
    }
    // Names are unique, so all go before any comes back.
    for (person, entry) in new.people where old.people[person] != entry {
      try db.execute(
        sql: """
          INSERT INTO person (id, created) VALUES (?, ?)
          ON CONFLICT (id) DO UPDATE SET name = NULL, created = excluded.created
          """, arguments: [person, entry.created.timeIntervalSince1970])
    }
    for edit in new.edits.values where old.edits[edit.id] == nil { try insert(edit, db) }
    for face in old.members.keys where new.members[face] == nil {
      try db.execute(sql: "DELETE FROM person_face WHERE face = ?", arguments: [face])
    }
    let put = try db.cachedStatement(
      sql: """
        INSERT INTO person_face VALUES (?, ?, ?) ON CONFLICT (face)
        DO UPDATE SET person = excluded.person, pinned = excluded.pinned
        """)
    for (face, membership) in new.members where old.members[face] != membership {
      try put.execute(arguments: [face, membership.person, membership.isPinned])
      if membership.isPinned { try confirm([face], db) }
    }
    for person in old.people.keys where new.people[person] == nil {
      try db.execute(sql: "DELETE FROM person WHERE id = ?", arguments: [person])
    }
    for (person, entry) in new.people where old.people[person] != entry {
      try db.execute(
        sql: """
          UPDATE person SET name = ?, hidden = ?, cover = ?, born = ?, died = ? WHERE id = ?
          """,
        arguments: [
          entry.name, entry.isHidden, entry.cover, entry.dates.born?.description,
          entry.dates.died?.description, person,
        ])
    }
    for rejection in old.rejected.keys where new.rejected[rejection] == nil {
      try db.execute(
        sql: "DELETE FROM rejected_face WHERE face = ? AND person = ?",
        arguments: [rejection.face, rejection.person])
    }
    for (rejection, by) in new.rejected where old.rejected[rejection] != by {
      try db.execute(
        sql: "INSERT OR REPLACE INTO rejected_face VALUES (?, ?, ?)",
        arguments: [rejection.face, rejection.person, by == .unknown ? nil : by])
    }
    try confirm(old.doubtful.keys.filter { new.doubtful[$0] == nil }, db)
    for (face, confidence) in new.doubtful where old.doubtful[face] == nil {
      try db.execute(
        sql: "UPDATE face SET confidence = ? WHERE id = ?", arguments: [confidence, face])
    }
    for face in old.hidden.subtracting(new.hidden) {
      try db.execute(sql: "DELETE FROM hidden_face WHERE face = ?", arguments: [face])
    }
    for face in new.hidden.subtracting(old.hidden) {
      try db.execute(sql: "INSERT INTO hidden_face VALUES (?)", arguments: [face])
    }
    for (pair, by) in new.apart where old.apart[pair] != by {
      try db.execute(
        sql: "INSERT OR REPLACE INTO apart VALUES (?, ?, ?)",
        arguments: [pair.low, pair.high, by == .unknown ? nil : by])
    }
    for edit in old.edits.keys where new.edits[edit] == nil {
      try db.execute(sql: "DELETE FROM people_edit WHERE id = ?", arguments: [edit])
    }
  }

  private static func insert(_ edit: PeopleBook.Edit, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO people_edit VALUES (?, ?, ?, ?, ?)",
      arguments: [
        edit.id, edit.time.timeIntervalSince1970, edit.kind.rawValue, edit.text, edit.who,
      ])
    for (face, confidence) in edit.confirmed {
      try db.execute(
        sql: "INSERT INTO people_edit_confirmed VALUES (?, ?, ?)",
        arguments: [edit.id, face, confidence])
    }
    for (face, wasHidden) in edit.hidden {
      try db.execute(
        sql: "INSERT INTO people_edit_hidden VALUES (?, ?, ?)",
        arguments: [edit.id, face, wasHidden])
    }
    try insertDetails(of: edit, db)
    let put = try db.cachedStatement(sql: "INSERT INTO people_edit_face VALUES (?, ?, ?, ?, ?)")
    for (face, move) in edit.faces {
      try put.execute(arguments: [
        edit.id, face, move.before?.person, move.before?.isPinned ?? false, move.after,
      ])
    }
  }

  private static func insertDetails(of edit: PeopleBook.Edit, _ db: Database) throws {
    for (person, entry) in edit.people {
      try db.execute(
        sql: """
          INSERT INTO people_edit_person (edit, person, \(entryColumns))
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          edit.id, person, entry.name, entry.created.timeIntervalSince1970, entry.isHidden,
          entry.cover, entry.dates.born?.description, entry.dates.died?.description,
        ])
    }
    for (rejection, by) in edit.rejected {
      try db.execute(
        sql: "INSERT INTO people_edit_rejected VALUES (?, ?, ?, ?)",
        arguments: [edit.id, rejection.face, rejection.person, by == .unknown ? nil : by])
    }
    for (pair, by) in edit.apart {
      try db.execute(
        sql: "INSERT INTO people_edit_apart VALUES (?, ?, ?, ?)",
        arguments: [edit.id, pair.low, pair.high, by == .unknown ? nil : by])
    }
  }

  /// After faces went: people without any go too, and nothing in the history tells their names.
  static func forgetRemovedPeople(_ db: Database) throws {
    let gone = try removeEmptyPeople(db)
    let edits = try edits(db, "ORDER BY id")
    guard !edits.isEmpty else { return }
    let kept = PeopleBook.forget(
      gone, in: edits, existing: try PersonID.fetchSet(db, sql: "SELECT id FROM person"))
    let after = Dictionary(uniqueKeysWithValues: kept.map { ($0.id, $0) })
    for edit in edits where after[edit.id] != edit {
      guard let new = after[edit.id] else {
        try db.execute(sql: "DELETE FROM people_edit WHERE id = ?", arguments: [edit.id])
        continue
      }
      try db.execute(
        sql: "UPDATE people_edit SET description = ? WHERE id = ?", arguments: [new.text, edit.id])
      for table in ["people_edit_person", "people_edit_apart", "people_edit_rejected"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE edit = ?", arguments: [edit.id])
      }
      try insertDetails(of: new, db)
    }
  }
}
