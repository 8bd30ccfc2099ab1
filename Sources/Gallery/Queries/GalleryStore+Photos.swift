import Foundation
import GRDB

extension GalleryStore {
  /// The photos, in the order in which they were added.
  public func photos() throws(GalleryError) -> [StoredPhoto] {
    try photos("ORDER BY id")
  }

  public func photo(id: Int64) throws(GalleryError) -> StoredPhoto? {
    try photos("WHERE id = ?", [id]).first
  }

  /// - Parameter digest: SHA-256 of the file's bytes, lower-case hexadecimal.
  public func photo(digest: String) throws(GalleryError) -> StoredPhoto? {
    try photos("WHERE digest = ?", [digest]).first
  }

  /// The photo that was last seen in a file; the newest, where the file's content has changed.
  /// - Parameter path: absolute.
  public func photo(path: String) throws(GalleryError) -> StoredPhoto? {
    try photos("WHERE path = ? ORDER BY id DESC LIMIT 1", [path]).first
  }

  private func photos(
    _ condition: String, _ arguments: StatementArguments = []
  ) throws(GalleryError) -> [StoredPhoto] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, digest, path, width, height, turned, detector, added FROM photo \(condition)
          """, arguments: arguments
      ).map { row in
        StoredPhoto(
          id: row[0], digest: row[1], path: row[2], width: row[3], height: row[4],
          turned: row[5], detector: row[6], added: Date(timeIntervalSince1970: row[7]))
      }
    }
  }
}
