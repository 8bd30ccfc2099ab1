import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Looks for damage of the database, for records that refer to nothing, and for embeddings that cannot be compared.
  ///
  /// Of a database that is damaged itself nothing else is looked at: what its tables say is not to be trusted.
  /// - Throws: `GalleryError`
  public func check(
    hasUnitLength: Bool, repairing: Bool
  ) throws(GalleryError) -> [GalleryFinding] {
    if repairing { try requireWriting() }
    let damage = try checkDatabase(repairing)
    guard damage.allSatisfy(\.repaired) else { return damage }
    return try damage + checkReferences(repairing)
      + checkEmbeddings(hasUnitLength: hasUnitLength, repairing) + checkThumbnails()
  }

  // MARK: The database

  private func checkDatabase(_ repairing: Bool) throws(GalleryError) -> [GalleryFinding] {
    let faults = try faults()
    guard !faults.isEmpty else { return [] }
    let text = "the database is damaged: \(GalleryFinding.some(faults))"
    // An index can be made again of its table.
    guard faults.allSatisfy(Self.isOfIndex) else {
      return [GalleryFinding(.database, text, count: faults.count)]
    }
    var isRepaired = false
    if repairing {
      do {
        try database().writeWithoutTransaction { try $0.execute(sql: "REINDEX") }
      } catch {
        throw GalleryError(error, path: path)
      }
      isRepaired = try self.faults().isEmpty
    }
    return [
      GalleryFinding(
        .database, text, count: faults.count, repair: "write its tables' indexes anew",
        done: isRepaired ? "wrote its tables' indexes anew" : nil)
    ]
  }

  /// What SQLite finds wrong with the file.
  private func faults() throws(GalleryError) -> [String] {
    do {
      return try read { db in
        try String.fetchAll(db, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
      }
    } catch GalleryError.damaged(_, let detail) {
      return [detail]
    }
  }

  private static func isOfIndex(_ fault: String) -> Bool {
    fault.contains("missing from index") || fault.hasPrefix("wrong # of entries in index")
  }

  // MARK: References

  /// A column whose values are ids of another table's rows.
  private struct Reference {
    var table, column, parent: String
    /// What becomes of a row whose parent goes.
    var action: String

    /// What holds for rows whose parent is not there.
    var isBroken: String {
      "\"\(column)\" IS NOT NULL AND \"\(column)\" NOT IN (SELECT id FROM \"\(parent)\")"
    }

    /// Nil where rows are more than what is said of their parent.
    var repair: (sql: String, text: String, done: String)? {
      switch action {
      // A face is somebody's, whatever became of its photo.
      case "CASCADE" where table == "face": nil
      case "CASCADE":
        ("DELETE FROM \"\(table)\" WHERE \(isBroken)", "delete what refers to them", "deleted it")
      default:
        (
          "UPDATE \"\(table)\" SET \"\(column)\" = NULL WHERE \(isBroken)",
          "clear the reference and keep the rest", "cleared the reference and kept the rest"
        )
      }
    }
  }

  /// What a row of a table is, in words.
  private static let rowNames: [String: (one: String, several: String)] = [
    "face": ("face", "faces"), "thumbnail": ("thumbnail", "thumbnails"),
    "map_point": ("position on a map", "positions on maps"), "face_label": ("label", "labels"),
    "attribute_vector": ("attribute vector", "attribute vectors"),
    "missing_embedding": ("former embedding", "former embeddings"),
    "person": ("person", "people"),
    "person_face": ("assignment of a face to a person", "assignments of faces to people"),
    "rejected_face": ("rejected face", "rejected faces"),
    "hidden_face": ("hidden face", "hidden faces"),
    "apart": ("pair of people told apart", "pairs of people told apart"),
    "same_link": ("link", "links"), "photo": ("photo", "photos"), "name": ("name", "names"),
    "candidate_name": ("name without a place", "names without a place"),
    "map": ("map", "maps"), "people_edit": ("edit of people", "edits of people"),
  ]

  private static func words(_ count: Int, _ table: String) -> String {
    let name =
      rowNames[table]
      ?? (table.hasPrefix("people_edit_")
        ? ("part of an edit of people", "parts of edits of people")
        : ("row of \(table)", "rows of \(table)"))
    return GalleryFinding.counted(count, name.one, name.several)
  }

  private static func references(_ db: Database) throws -> [Reference] {
    let tables = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY name
        """)
    return try tables.flatMap { table in
      // All tables that others refer to have the key `id`.
      try Row.fetchAll(
        db,
        sql: """
          SELECT "from", "table", on_delete FROM pragma_foreign_key_list(?) ORDER BY "from", "table"
          """, arguments: [table]
      ).map { row in
        Reference(
          table: table, column: try row.value(0), parent: try row.value(1),
          action: try row.value(2))
      }
    }
  }

  private func checkReferences(_ repairing: Bool) throws(GalleryError) -> [GalleryFinding] {
    let broken = try read { db in
      try Self.references(db).compactMap { reference -> (Reference, Int, [Int64])? in
        let count =
          try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM \"\(reference.table)\" WHERE \(reference.isBroken)") ?? 0
        guard count > 0 else { return nil }
        return (
          reference, count,
          try Row.fetchAll(
            db,
            sql: """
              SELECT DISTINCT "\(reference.column)" FROM "\(reference.table)"
              WHERE \(reference.isBroken) ORDER BY 1 LIMIT 3
              """
          ).map { try $0.value(0) }
        )
      }
    }
    if repairing, broken.contains(where: { $0.0.repair != nil }) {
      try write { db in
        for (reference, _, _) in broken {
          if let repair = reference.repair { try db.execute(sql: repair.sql) }
        }
        // Of a face that is gone no bytes are to stay.
        try Self.markTraces(db)
      }
      try eraseTraces()
    }
    return broken.map { reference, count, parents in
      let one = Self.rowNames[reference.parent]?.one ?? reference.parent
      let several = Self.rowNames[reference.parent]?.several ?? reference.parent
      let names = parents.map { number in
        ["face", "photo", "person"].contains(reference.parent)
          ? "\(reference.parent):\(number)" : "\(one) \(number)"
      }
      let text =
        "\(Self.words(count, reference.table)) \(count == 1 ? "refers" : "refer") to \(several) "
        + "that are not in the gallery, such as \(names.joined(separator: ", "))"
      guard let repair = reference.repair else {
        return GalleryFinding(.reference, text, count: count)
      }
      return GalleryFinding(
        .reference, text, count: count, repair: repair.text, done: repairing ? repair.done : nil)
    }
  }

  // MARK: Embeddings and thumbnails

  private struct BadEmbeddings {
    /// Of another length than the gallery says, or with a coordinate that is not a number.
    var unusable: [FaceID] = []
    var notOfUnitLength: [FaceID] = []
  }

  /// How far rounding moves the length of a vector of length 1, also in half precision.
  private static let lengthTolerance = 0.01

  private func checkEmbeddings(
    hasUnitLength: Bool, _ repairing: Bool
  ) throws(GalleryError) -> [GalleryFinding] {
    let bad = try read { db in
      let dimensions = try Self.meta("dimensions", db).flatMap { Int($0) } ?? 0
      var bad = BadEmbeddings()
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, embedding FROM face
          WHERE NOT EXISTS (SELECT 1 FROM missing_embedding WHERE missing_embedding.face = face.id)
          ORDER BY id
          """)
      while let row = try rows.next() {
        let data: Data = try row.value(1)
        let values = FloatBlob.floats(data)
        if data.count != dimensions * 4 || dimensions == 0
          || !values.allSatisfy(\.isFinite)
        {
          bad.unusable.append(try row.value(0))
        } else if hasUnitLength,
          abs(values.withUnsafeBufferPointer(\.length) - 1) > Self.lengthTolerance
        {
          bad.notOfUnitLength.append(try row.value(0))
        }
      }
      return bad
    }
    var findings: [GalleryFinding] = []
    func tell(_ faces: [FaceID], _ text: String) {
      guard !faces.isEmpty else { return }
      findings.append(
        GalleryFinding(
          .embedding, "\(text): \(GalleryFinding.some(faces.lazy.map(\.reference)))",
          count: faces.count,
          repair:
            "keep what is left of each without an embedding, until an upgrade makes one of its photo",
          done: repairing
            ? "kept what is left of each without an embedding; an upgrade makes one of its photo"
            : nil))
    }
    if repairing { try setAside(bad.unusable + bad.notOfUnitLength) }
    let unusable = bad.unusable.count
    tell(
      bad.unusable,
      "\(Self.words(unusable, "face")) \(unusable == 1 ? "has" : "have") no whole embedding")
    let others = bad.notOfUnitLength.count
    tell(
      bad.notOfUnitLength,
      "\(GalleryFinding.counted(others, "embedding")) should have length 1 and "
        + "\(others == 1 ? "has" : "have") another")
    return findings
  }

  /// Makes faces such as have no embedding of the gallery's model.
  private func setAside(_ faces: [FaceID]) throws(GalleryError) {
    guard !faces.isEmpty else { return }
    try write { db in
      for face in faces {
        try Self.insert(
          MissingEmbedding(
            reason: "its embedding was damaged", formerModel: nil, former: Embedding([])),
          face: face, db)
        try db.cachedStatement(sql: "UPDATE face SET embedding = ? WHERE id = ?")
          .execute(arguments: [Data(), face])
        try Self.markChanged("face.id = \(face)", db)
      }
    }
  }

  /// A gallery may keep none; of a photo it has all or none.
  private func checkThumbnails() throws(GalleryError) -> [GalleryFinding] {
    let faces = try read { db in
      try FaceID.fetchAll(
        db,
        sql: """
          SELECT id FROM face
          WHERE NOT EXISTS (SELECT 1 FROM thumbnail WHERE thumbnail.face = face.id)
            AND photo IN (SELECT face.photo FROM thumbnail JOIN face ON face.id = thumbnail.face)
          ORDER BY id
          """)
    }
    guard !faces.isEmpty else { return [] }
    return [
      GalleryFinding(
        .thumbnail,
        "\(Self.words(faces.count, "face")) \(faces.count == 1 ? "has" : "have") no thumbnail, unlike others of the "
          + "same photo: \(GalleryFinding.some(faces.lazy.map(\.reference)))",
        count: faces.count)
    ]
  }
}
