import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Removes names, people, photos and faces in one transaction; and the photos and names that no face is left of.
  /// - Returns: what was removed; empty if nothing of it was there.
  /// - Throws: `GalleryError`; nothing is removed then.
  public func remove(_ removal: Removal) throws(GalleryError) -> RemovalReceipt {
    var kept: [String] = []
    var receipt = try write { db -> RemovalReceipt in
      let going = try Self.faces(of: removal, db)
      // Names that faces went by; what they were added by beneath goes without a word.
      let names = try Self.allNames(db).intersection(
        removal.names.union(try Self.names(of: going, db)))
      var receipt = RemovalReceipt()
      var (removedFrom, nameless) = ([PhotoID: Int](), Set<Int64>())
      var emptied = removal.photos
      for face in going {
        let pictures =
          try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM thumbnail WHERE face = ?", arguments: [face]) ?? 0
        guard
          let row = try Row.fetchOne(
            db, sql: "DELETE FROM face WHERE id = ? RETURNING photo, name, drawn",
            arguments: [face])
        else { continue }
        receipt.faces.append(face)
        receipt.thumbnails += pictures
        removedFrom[try row.value(0), default: 0] += 1
        if !removal.leavesPhoto(of: face, isDrawn: try row.value(2)) {
          emptied.insert(try row.value(0))
        }
        if let name = try row.value(1, as: Int64?.self) { nameless.insert(name) }
      }
      for photo in removal.photos.union(removedFrom.keys).sorted() {
        let showsOthers = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM face WHERE photo = ?)", arguments: [photo])
        guard showsOthers != true else {
          if let count = removedFrom[photo],
            let stored = try photos("WHERE id = ?", [photo], db).first
          {
            receipt.sharedPhotos.append(SharedPhoto(stored, faces: count))
          }
          continue
        }
        guard emptied.contains(photo) else { continue }
        let paths = try String.fetchAll(
          db, sql: "DELETE FROM photo WHERE id = ? RETURNING path", arguments: [photo])
        if !paths.isEmpty { try Self.retire(photo: photo, db) }
        kept += paths.filter { $0.hasPrefix(Self.ownPlace) }.map { place($0) }
        receipt.photos += paths.map { place($0) }
      }
      // Also those that no face was added by.
      for name in removal.names { if let id = try Self.id(of: name, db) { nameless.insert(id) } }
      try Self.removeUnused(names: nameless, db)
      // Who is taken out is nobody's candidate either.
      for name in removal.names.union(names) {
        try db.execute(
          sql: "DELETE FROM candidate_name WHERE name = ?",
          arguments: [name.precomposedStringWithCanonicalMapping])
      }
      if !receipt.faces.isEmpty {
        try Self.forgetRemovedPeople(db)
        try Self.forgetNeighbors(Set(receipt.faces), db)
      }
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

  /// Gives a photo that the gallery keeps itself another picture, whose file is there already; the former file is deleted.
  /// - Returns: false where the photo is gone or has another picture than it had.
  /// - Throws: `GalleryError`; nothing is changed then.
  public func replacePicture(
    of photo: PhotoID, _ former: String, by picture: KeptPicture
  ) throws(GalleryError) -> Bool {
    let old = try write { db -> String? in
      let old = try String.fetchOne(
        db, sql: "SELECT path FROM photo WHERE id = ? AND digest = ?", arguments: [photo, former])
      guard let old, old.hasPrefix(Self.ownPlace) else { return nil }
      try db.execute(
        sql: "UPDATE photo SET digest = ?, path = ?, bytes = ?, modified = ? WHERE id = ?",
        arguments: [
          picture.digest, picture.file.path, picture.file.bytes, picture.file.modified, photo,
        ])
      for (face, jpeg) in picture.thumbnails {
        try db.execute(
          sql: """
            UPDATE thumbnail SET jpeg = ?
            WHERE face = ? AND face IN (SELECT id FROM face WHERE photo = ?)
            """, arguments: [jpeg, face, photo])
      }
      try Self.markTraces(db)
      return old
    }
    guard let old else { return false }
    if old != picture.file.path { unlink(place(old)) }
    return true
  }

  private static func names(of faces: [FaceID], _ db: Database) throws -> Set<String> {
    let statement = try db.cachedStatement(
      sql: "SELECT \(goesBy) FROM \(namedFaces) WHERE face.id = ?")
    return Set(try faces.compactMap { try String.fetchOne(statement, arguments: [$0]) })
  }

  private static func faces(of removal: Removal, _ db: Database) throws -> [FaceID] {
    var faces = removal.faces
    for name in removal.names { faces.formUnion(try Self.faces(named: name, db)) }
    let people = try db.cachedStatement(sql: "SELECT face FROM person_face WHERE person = ?")
    for person in removal.people {
      faces.formUnion(try FaceID.fetchAll(people, arguments: [person]))
    }
    var photos = removal.photos
    if removal.sharedPhotos == .remove {
      let whose = try db.cachedStatement(sql: "SELECT photo FROM face WHERE id = ?")
      for face in faces { photos.formUnion(try PhotoID.fetchAll(whose, arguments: [face])) }
    }
    let own = try db.cachedStatement(sql: "SELECT id FROM face WHERE photo = ?")
    for photo in photos { faces.formUnion(try FaceID.fetchAll(own, arguments: [photo])) }
    return faces.sorted()
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
