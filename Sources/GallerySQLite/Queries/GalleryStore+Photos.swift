import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// The photos, in the order in which they were added.
  public func photos() throws(GalleryError) -> [StoredPhoto] {
    try photos("ORDER BY id")
  }

  /// A photo by its id; nil if there is none.
  public func photo(id: PhotoID) throws(GalleryError) -> StoredPhoto? {
    try photos("WHERE id = ?", [id]).first
  }

  /// - Parameter digest: SHA-256 of the file's bytes, lower-case hexadecimal.
  public func photo(digest: String) throws(GalleryError) -> StoredPhoto? {
    try photos("WHERE digest = ?", [digest]).first
  }

  /// Those of some photos that are there, by their digests.
  public func photos(digests: [String]) throws(GalleryError) -> [String: StoredPhoto] {
    try read { db in
      var found: [String: StoredPhoto] = [:]
      for digest in digests {
        found[digest] = try photos("WHERE digest = ?", [digest], db).first
      }
      return found
    }
  }

  /// The photos that were last seen in some files, in their order: several in one file, where its content has changed.
  /// - Parameter paths: absolute.
  public func photos(paths: [String]) throws(GalleryError) -> [StoredPhoto] {
    try read { db in
      try paths.flatMap { try photos("WHERE path = ?", [$0], db) }.sorted { $0.id < $1.id }
    }
  }

  func photos(
    _ condition: String, _ arguments: StatementArguments = []
  ) throws(GalleryError) -> [StoredPhoto] {
    try read { try photos(condition, arguments, $0) }
  }

  func photos(
    _ condition: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> [StoredPhoto] {
    // Kept, since searches ask it for each answer.
    let statement = try db.cachedStatement(
      sql: """
        SELECT id, digest, path, width, height, turned, detector, added, title, taken
        FROM photo \(condition)
        """)
    return try Row.fetchAll(statement, arguments: arguments).map { row in
      let path: String = try row.value(2)
      return StoredPhoto(
        id: try row.value(0), digest: try row.value(1), path: place(path),
        width: try row.value(3), height: try row.value(4), turned: try row.value(5),
        detector: try row.value(6), added: Date(timeIntervalSince1970: try row.value(7)),
        taken: PhotoTaken(stored: try row.value(9)), title: try row.value(8),
        isKept: path.hasPrefix(Self.ownPlace))
    }
  }

  /// When some photos were taken; those of which it is not known are left out.
  public func captureTimes(
    ofPhotos photos: Set<PhotoID>
  ) throws(GalleryError) -> [PhotoID: CaptureTime] {
    guard !photos.isEmpty else { return [:] }
    return try read { db in
      let statement = try db.cachedStatement(sql: "SELECT taken FROM photo WHERE id = ?")
      var times: [PhotoID: CaptureTime] = [:]
      for photo in photos {
        guard let text = try String.fetchOne(statement, arguments: [photo]) else { continue }
        times[photo] = CaptureTime(text)
      }
      return times
    }
  }
}
