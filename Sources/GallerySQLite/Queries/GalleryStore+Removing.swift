import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Removes a name with all of its faces, which are those of `faces(named:)`, and photos left without
  /// a face.
  /// - Returns: what was removed; empty if there is no such name.
  /// - Throws: `GalleryError`; nothing is removed then.
  public func remove(name: String) throws(GalleryError) -> RemovalReceipt {
    try remove { db in (try Self.faces(named: name, db), []) }
  }

  /// Removes a photo with all of its faces, if any.
  /// - Returns: what was removed; empty if there is no such photo.
  /// - Throws: `GalleryError`; nothing is removed then.
  public func remove(photo: PhotoID) throws(GalleryError) -> RemovalReceipt {
    try remove { db in
      let faces = try FaceID.fetchAll(
        db, sql: "SELECT id FROM face WHERE photo = ?", arguments: [photo])
      return (faces, [photo])
    }
  }

  /// Removes several faces in one transaction, much faster than one after the other.
  /// - Returns: what was removed; faces that do not exist are not in it.
  /// - Throws: `GalleryError`; nothing is removed then.
  public func remove(faces: [FaceID]) throws(GalleryError) -> RemovalReceipt {
    try remove { _ in (faces, []) }
  }

  private func remove(
    _ selection: (Database) throws -> (faces: [FaceID], photos: [PhotoID])
  ) throws(GalleryError) -> RemovalReceipt {
    var kept: [String] = []
    var receipt = try write { db -> RemovalReceipt in
      let (faces, photos) = try selection(db)
      let names = try Self.allNames(db)
      var receipt = RemovalReceipt()
      var (emptied, nameless) = (Set<PhotoID>(), Set<Int64>())
      for face in faces {
        let pictures =
          try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM thumbnail WHERE face = ?", arguments: [face]) ?? 0
        guard
          let row = try Row.fetchOne(
            db, sql: "DELETE FROM face WHERE id = ? RETURNING photo, name", arguments: [face])
        else { continue }
        receipt.faces.append(face)
        receipt.thumbnails += pictures
        emptied.insert(try row.value(0))
        if let name = try row.value(1, as: Int64?.self) { nameless.insert(name) }
      }
      for photo in emptied.union(photos).sorted() {
        let paths = try String.fetchAll(
          db,
          sql: """
            DELETE FROM photo WHERE id = ?
              AND NOT EXISTS (SELECT 1 FROM face WHERE face.photo = photo.id)
            RETURNING path
            """, arguments: [photo])
        if !paths.isEmpty { try Self.retire(photo: photo, db) }
        kept += paths.filter { $0.hasPrefix(Self.ownPlace) }.map { place($0) }
        receipt.photos += paths.map { place($0) }
      }
      try Self.removeUnused(names: nameless, db)
      if !receipt.faces.isEmpty { try Self.forgetRemovedPeople(db) }
      receipt.names = names.subtracting(try Self.allNames(db)).sorted()
      if !receipt.isEmpty { try Self.markTraces(db) }
      return receipt
    }
    // The row first: a file without one is found and deleted later, a row without its file would be half a photo.
    receipt.files = kept.filter { unlink($0) == 0 }.count
    if !receipt.isEmpty { receipt.tracesRemain = (try? eraseTraces()) != true }
    if (try? forgetUpgraded(receipt.faces)) == nil { receipt.tracesRemain = true }
    return receipt
  }

  /// Remembers the number of a photo that went: it is no other's ever.
  private static func retire(photo: PhotoID, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO meta VALUES ('last_photo', ?1) ON CONFLICT (key)
        DO UPDATE SET value = ?1 WHERE CAST(value AS INTEGER) < CAST(?1 AS INTEGER)
        """, arguments: ["\(photo)"])
  }

  /// Says that something was removed whose bytes are still to be erased.
  static func markTraces(_ db: Database) throws {
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('traces', '1')")
  }

  /// Removes the names that no face was added by.
  static func removeUnused(names: Set<Int64>, _ db: Database) throws {
    for name in names {
      try db.execute(
        sql: """
          DELETE FROM name WHERE id = ?
            AND NOT EXISTS (SELECT 1 FROM face WHERE face.name = name.id)
          """, arguments: [name])
    }
  }
}
