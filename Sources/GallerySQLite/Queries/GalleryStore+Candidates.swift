import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Names of people whom photos show somewhere, by the photos that have some, in their order.
  /// - Parameter photos: nil for all.
  public func candidates(
    ofPhotos photos: Set<PhotoID>?
  ) throws(GalleryError) -> [PhotoID: [String]] {
    try read { db in
      guard let photos else {
        var all: [PhotoID: [String]] = [:]
        let rows = try Row.fetchCursor(
          db, sql: "SELECT photo, name FROM candidate_name ORDER BY photo, place")
        while let row = try rows.next() {
          all[try row.value(0), default: []].append(try row.value(1))
        }
        return all
      }
      var some: [PhotoID: [String]] = [:]
      for photo in photos {
        let names = try Self.candidates(of: photo, db)
        if !names.isEmpty { some[photo] = names }
      }
      return some
    }
  }

  static func candidates(of photo: PhotoID, _ db: Database) throws -> [String] {
    try String.fetchAll(
      db.cachedStatement(sql: "SELECT name FROM candidate_name WHERE photo = ? ORDER BY place"),
      arguments: [photo])
  }

  /// Keeps names of people whom photos show somewhere, in place of those that were known.
  /// - Parameter candidates: by the photos' digests.
  /// - Returns: of how many photos they are others now.
  @discardableResult
  public func note(candidates: [String: [String]]) throws(GalleryError) -> Int {
    guard !candidates.isEmpty else { return 0 }
    return try write { db in
      var count = 0
      for (digest, names) in candidates {
        guard
          let photo = try PhotoID.fetchOne(
            db, sql: "SELECT id FROM photo WHERE digest = ?", arguments: [digest]),
          try Self.candidates(of: photo, db) != names
        else { continue }
        try Self.keep(candidates: names, of: photo, db)
        count += 1
      }
      return count
    }
  }

  static func keep(candidates: [String], of photo: PhotoID, _ db: Database) throws {
    try db.cachedStatement(sql: "DELETE FROM candidate_name WHERE photo = ?")
      .execute(arguments: [photo])
    let statement = try db.cachedStatement(sql: "INSERT INTO candidate_name VALUES (?, ?, ?)")
    for (place, name) in candidates.enumerated() {
      try statement.execute(
        arguments: [photo, place, name.precomposedStringWithCanonicalMapping])
    }
  }

  /// Has a photo be known by other bytes of its file, of which the picture is the same.
  /// - Returns: false where the photo is gone or has another digest, or there is a photo of the new one.
  public func note(
    content digest: String, of photo: PhotoID, former: String, file: PhotoFile
  ) throws(GalleryError) -> Bool {
    try write { db in
      guard
        try PhotoID.fetchOne(
          db, sql: "SELECT id FROM photo WHERE digest = ?", arguments: [digest]) == nil
      else { return false }
      try db.execute(
        sql: """
          UPDATE photo SET digest = ?, path = ?, bytes = ?, modified = ?
          WHERE id = ? AND digest = ? AND substr(path, 1, ?) <> ?
          """,
        arguments: [
          digest, file.path, file.bytes, file.modified, photo, former, Self.ownPlace.count,
          Self.ownPlace,
        ])
      return db.changesCount > 0
    }
  }
}
