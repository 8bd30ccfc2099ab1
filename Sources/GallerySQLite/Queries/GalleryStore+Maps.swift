import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// The map that was kept under some settings; nil if there is none.
  /// - Parameter withNeighbors: whether the lists of the nearest faces are wanted.
  public func map(
    settings: String, withNeighbors: Bool
  ) throws(GalleryError) -> StoredMap? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT id, created, details, axes FROM map WHERE settings = ?",
          arguments: [settings])
      else { return nil }
      let (version, id) = try Self.version(settings, row)
      var points: [FaceID: MapPoint] = [:]
      points.reserveCapacity(
        try Int.fetchOne(
          db, sql: "SELECT COUNT(*) FROM map_point WHERE map = ?", arguments: [id]) ?? 0)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT face, position, placed\(withNeighbors ? ", neighbors" : "") FROM map_point WHERE map = ?
          """, arguments: [id])
      while let row = try rows.next() {
        // Without a copy; the bytes are SQLite's until the next row.
        var position: [Float] = []
        try row.withUnsafeData(atIndex: 1) { data in
          data?.withUnsafeBytes { FloatBlob.append($0, to: &position) }
        }
        var point = MapPoint(
          position: position, isPlaced: try row.value(2, as: Int.self) != 0)
        if withNeighbors {
          try row.withUnsafeData(atIndex: 3) { data in
            point.neighbors = data.map { $0.withUnsafeBytes { [MapNeighbor](blob: $0) } }
          }
        }
        points[try row.value(0)] = point
      }
      return StoredMap(
        version: version, details: try row.value(2),
        axes: FloatBlob.floats(try row.value(3, as: Data?.self) ?? Data()), points: points)
    }
  }

  /// Which map is kept under some settings; nil if there is none.
  public func mapVersion(settings: String) throws(GalleryError) -> MapVersion? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT id, created FROM map WHERE settings = ?", arguments: [settings]
      ).map { try Self.version(settings, $0).version }
    }
  }

  /// SQLite gives the number of a map that was deleted to another; the time tells them apart.
  private static func version(
    _ settings: String, _ row: Row
  ) throws -> (version: MapVersion, id: Int64) {
    let id: Int64 = try row.value(0)
    let created: Double = try row.value(1)
    return (MapVersion(settings: settings, id: "\(id) \(created)"), id)
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

  /// Adds faces to a stored map. Those that it has already stay where they are. Nothing is done where another map took its
  /// place.
  /// - Throws: `GalleryError`; none of them is kept then.
  public func addPoints(
    _ points: [FaceID: MapPoint], toMap map: MapVersion
  ) throws(GalleryError) {
    try writeMaps { db in
      guard let id = try Self.id(of: map, db) else { return }
      try Self.insert(points, map: id, db)
    }
  }

  /// Gives faces on a stored map other lists of the nearest faces. Nothing is done where another map took its place.
  /// - Throws: `GalleryError`; none of them is kept then.
  public func keepNeighbors(
    _ neighbors: [FaceID: [MapNeighbor]], onMap map: MapVersion
  ) throws(GalleryError) {
    try writeMaps { db in
      guard let id = try Self.id(of: map, db) else { return }
      let statement = try db.cachedStatement(
        sql: "UPDATE map_point SET neighbors = ? WHERE map = ? AND face = ?")
      for (face, list) in neighbors.sorted(by: { $0.key < $1.key }) {
        try statement.execute(arguments: [list.blob, id, face])
      }
    }
  }

  /// Takes faces that were removed out of the lists of others, where nothing of them is to stay.
  static func forgetNeighbors(_ removed: Set<FaceID>, _ db: Database) throws {
    var left: [(map: Int64, face: FaceID, list: [MapNeighbor])] = []
    let rows = try Row.fetchCursor(
      db, sql: "SELECT map, face, neighbors FROM map_point WHERE neighbors IS NOT NULL")
    while let row = try rows.next() {
      let list = try row.withUnsafeData(atIndex: 2) { data in
        data?.withUnsafeBytes { [MapNeighbor](blob: $0) } ?? []
      }
      guard list.contains(where: { removed.contains($0.face) }) else { continue }
      left.append(
        (try row.value(0), try row.value(1), list.filter { !removed.contains($0.face) }))
    }
    let statement = try db.cachedStatement(
      sql: "UPDATE map_point SET neighbors = ? WHERE map = ? AND face = ?")
    for (map, face, list) in left {
      try statement.execute(arguments: [list.blob, map, face])
    }
  }

  private static func id(of map: MapVersion, _ db: Database) throws -> Int64? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT id, created FROM map WHERE settings = ?", arguments: [map.settings])
    else { return nil }
    let (version, id) = try Self.version(map.settings, row)
    return version == map ? id : nil
  }

  private static func insert(_ points: [FaceID: MapPoint], map: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO map_point (map, face, position, placed, neighbors)
          SELECT ?, id, ?, ?, ? FROM face WHERE id = ?
        """)
    for (face, point) in points.sorted(by: { $0.key < $1.key }) {
      try statement.execute(arguments: [
        map, FloatBlob.data(point.position), point.isPlaced ? 1 : 0, point.neighbors?.blob, face,
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
