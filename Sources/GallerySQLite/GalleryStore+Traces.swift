import GRDB
import GalleryCore

extension GalleryStore {
  /// Clears the database's files of what removals left in them: old pages in the write-ahead log, and
  /// copies of rows in the unused parts of pages that were balanced before, which `secure_delete` does
  /// not reach. Done by every removal; to be called again where its receipt says `tracesRemain`.
  /// - Returns: whether no trace is left. It is false while a reader holds on to an older state, or
  ///   where the disk has no room for a second copy of the database.
  /// - Throws: `GalleryError.readOnly` if the store was opened for reading.
  @discardableResult
  public func eraseTraces() throws(GalleryError) -> Bool {
    try requireWriting()
    do {
      return try database().writeWithoutTransaction { db in
        let hasTraces = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'traces')")
        guard hasTraces == true else { return true }
        // The removal is done: no caller should wait long for the cleanup.
        try db.execute(sql: "PRAGMA busy_timeout = 2000")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = 10000") }
        do {
          try db.execute(sql: "VACUUM")
          try db.checkpoint(.truncate)
          try db.execute(sql: "DELETE FROM meta WHERE key = 'traces'")
          return true
        } catch let error as DatabaseError where Self.isPassing(error) {
          return false
        }
      }
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  private static func isPassing(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_CANTOPEN: true
    default: false
    }
  }
}
