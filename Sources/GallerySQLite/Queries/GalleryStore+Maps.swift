import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// The map that was kept under some settings; nil if there is none.
  public func map(settings: String) throws(GalleryError) -> StoredMap? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT id, details, axes, created FROM map WHERE settings = ?",
          arguments: [settings])
      else { return nil }
      let id: Int64 = try row.value(0)
      let points = try Row.fetchAll(
        db, sql: "SELECT face, position, placed FROM map_point WHERE map = ?", arguments: [id]
      ).map { row in
        (
          try row.value(0, as: FaceID.self),
          MapPoint(
            position: FloatBlob.floats(try row.value(1)),
            isPlaced: try row.value(2, as: Int.self) != 0)
        )
      }
      return StoredMap(
        id: id, settings: settings, details: try row.value(1),
        axes: FloatBlob.floats(try row.value(2, as: Data?.self) ?? Data()),
        created: Date(timeIntervalSince1970: try row.value(3)),
        points: Dictionary(uniqueKeysWithValues: points))
    }
  }

  /// Whether a map of these settings is kept.
  public func hasMap(settings: String) throws(GalleryError) -> Bool {
    try read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM map WHERE settings = ?)", arguments: [settings])
        ?? false
    }
  }

  /// Stores a map, replacing the one of the same settings. Faces that were removed since are left out.
  /// - Throws: `GalleryError`; the old one is still there then.
  public func keepMap(
    settings: String, details: String, axes: [Float], points: [FaceID: MapPoint]
  ) throws(GalleryError) {
    try writeMaps { db in
      try db.execute(sql: "DELETE FROM map WHERE settings = ?", arguments: [settings])
      try db.execute(
        sql: "INSERT INTO map (settings, details, axes, created) VALUES (?, ?, ?, ?)",
        arguments: [
          settings, details, axes.isEmpty ? nil : FloatBlob.data(axes),
          Date().timeIntervalSince1970,
        ])
      try Self.insert(points, map: db.lastInsertedRowID, db)
    }
  }

  /// Adds faces to a stored map. Those that it has already stay where they are.
  /// - Throws: `GalleryError`; none of them is kept then.
  public func addPoints(_ points: [FaceID: MapPoint], toMap map: Int64) throws(GalleryError) {
    try writeMaps { db in
      guard
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM map WHERE id = ?)", arguments: [map]) == true
      else { return }
      try Self.insert(points, map: map, db)
    }
  }

  private static func insert(_ points: [FaceID: MapPoint], map: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO map_point SELECT ?, id, ?, ? FROM face WHERE id = ?
        """)
    for (face, point) in points.sorted(by: { $0.key < $1.key }) {
      try statement.execute(arguments: [
        map, FloatBlob.data(point.position), point.isPlaced ? 1 : 0, face,
      ])
    }
  }

  /// A map is derived from the faces: the gallery's revision, which counts their changes, stays.
  private func writeMaps(_ body: (Database) throws -> Void) throws(GalleryError) {
    try requireWriting()
    do {
      try database().write(body)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  /// Small JPEGs of some faces, in their order; nil for a face that has none.
  public func thumbnails(faces: [FaceID]) throws(GalleryError) -> [Data?] {
    try read { db in
      let statement = try db.cachedStatement(sql: "SELECT jpeg FROM thumbnail WHERE face = ?")
      return try faces.map { try Data.fetchOne(statement, arguments: [$0]) }
    }
  }
}
