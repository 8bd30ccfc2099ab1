import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Renames a name.
  /// - Parameters:
  ///   - name: as it is written in the gallery.
  ///   - newName: kept in Unicode's composed form.
  ///   - merging: gives the faces of `name` to `newName` where there is one already. This cannot be
  ///     undone: which face went by which name is not kept.
  /// - Throws: `GalleryError.unknownName`, `.nameTaken` unless `merging`, `.unusable` for an empty
  ///   name
  public func rename(
    _ name: String, to newName: String, merging: Bool = false
  ) throws(GalleryError) {
    let (path, newName) = (path, try GalleryNames.usable(newName, path))
    try write { db in
      let name = name.precomposedStringWithCanonicalMapping
      guard let id = try Self.id(of: name, db) else {
        throw GalleryError.unknownName(path: path, name: name)
      }
      guard let other = try Self.id(of: newName, db) else {
        try db.execute(sql: "UPDATE name SET name = ? WHERE id = ?", arguments: [newName, id])
        return
      }
      if other == id { return }
      guard merging else { throw GalleryError.nameTaken(path: path, name: newName) }
      try db.execute(sql: "UPDATE face SET name = ? WHERE name = ?", arguments: [other, id])
      try Self.removeUnused(names: [id], db)
    }
  }

  /// Sets a face's name; nil removes it. A name without faces is removed. A face that gets
  /// a name is no longer doubtful.
  /// - Throws: `GalleryError.unknownFace`, `.unusable` for an empty name
  public func setName(_ name: String?, face: FaceID) throws(GalleryError) {
    let path = path
    var text: String?
    if let name { text = try GalleryNames.usable(name, path) }
    try write { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT name FROM face WHERE id = ?", arguments: [face])
      else { throw GalleryError.unknownFace(path: path, face: face) }
      let id = try text.map { try Self.nameID($0, db) }
      if id != nil { try Self.confirm([face], db) }
      let old: Int64? = try row.value(0)
      guard old != id else { return }
      try db.execute(sql: "UPDATE face SET name = ? WHERE id = ?", arguments: [id, face])
      if let old { try Self.removeUnused(names: [old], db) }
    }
  }

  /// Adds a name that has no faces yet; does nothing if it exists.
  /// - Throws: `GalleryError.unusable` for an empty name
  public func addName(_ name: String) throws(GalleryError) {
    let name = try GalleryNames.usable(name, path)
    try write { _ = try Self.nameID(name, $0) }
  }

  /// The names that the user gave to people.
  public func givenPersonNames() throws(GalleryError) -> [String] {
    try read { try String.fetchAll($0, sql: "SELECT name FROM person WHERE name IS NOT NULL") }
  }

  /// What some people are called, by their ids; those without a name are left out.
  public func names(
    ofPeople people: some Collection<PersonID>
  ) throws(GalleryError) -> [PersonID: String] {
    try read { db in
      let given = try db.cachedStatement(sql: "SELECT name FROM person WHERE id = ?")
      let bearers = try db.cachedStatement(
        sql: """
          SELECT \(Self.ownName), COUNT(*)
          FROM person_face JOIN face ON face.id = person_face.face JOIN name ON name.id = face.name
          WHERE person_face.person = ? GROUP BY 1
          """)
      var names: [PersonID: String] = [:]
      for person in people {
        guard let row = try Row.fetchOne(given, arguments: [person]) else { continue }
        if let name: String = try row.value(0) {
          names[person] = name
          continue
        }
        var counts: [String: Int] = [:]
        for row in try Row.fetchAll(bearers, arguments: [person]) {
          if let name: String = try row.value(0) { counts[name] = try row.value(1) }
        }
        names[person] = StoredPerson.usualName(counts)
      }
      return names
    }
  }

  /// The faces that go by any name.
  public func namedFaces() throws(GalleryError) -> Set<FaceID> {
    try read { db in
      try FaceID.fetchSet(
        db, sql: "SELECT face.id FROM \(Self.namedFaces) WHERE \(Self.goesBy) IS NOT NULL")
    }
  }

  /// Faces with the names that they go by, in the order of their ids.
  public func namedFaces(
    offset: Int, limit: Int
  ) throws(GalleryError) -> (faces: [(face: FaceID, name: String)], total: Int) {
    try read { db in
      let source = "FROM \(Self.namedFaces) WHERE \(Self.goesBy) IS NOT NULL"
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT face.id, \(Self.goesBy) \(source) ORDER BY face.id LIMIT ? OFFSET ?
          """, arguments: [limit, offset])
      return (
        try rows.map { (try $0.value(0), try $0.value(1)) },
        try Int.fetchOne(db, sql: "SELECT COUNT(*) \(source)") ?? 0
      )
    }
  }

  /// The faces that were added by a name, whatever they go by now.
  public func faces(addedBy name: String) throws(GalleryError) -> Set<FaceID> {
    try read { db in
      try FaceID.fetchSet(
        db, sql: "SELECT face.id FROM face JOIN name ON name.id = face.name WHERE name.name = ?",
        arguments: [name.precomposedStringWithCanonicalMapping])
    }
  }

  /// Some embeddings of the faces that were added by each of some names.
  public func embeddings(
    ofNames names: Set<String>, most: Int
  ) throws(GalleryError) -> [String: [Embedding]] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT embedding FROM face JOIN name ON name.id = face.name
          WHERE name.name = ? AND \(Self.isEmbedded)
          ORDER BY face.id LIMIT ?
          """)
      var found: [String: [Embedding]] = [:]
      for name in names {
        let rows = try Data.fetchAll(
          statement, arguments: [name.precomposedStringWithCanonicalMapping, most])
        if !rows.isEmpty { found[name] = rows.map { Embedding(FloatBlob.floats($0)) } }
      }
      return found
    }
  }

  static func id(of name: String, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT id FROM name WHERE name = ?", arguments: [name])
  }
}
