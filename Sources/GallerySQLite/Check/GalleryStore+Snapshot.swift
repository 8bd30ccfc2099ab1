import Foundation
import GRDB
import GalleryCore

/// A copy of a gallery's database, as it was at one moment.
public struct GallerySnapshot: Sendable {
  /// Which gallery it is of.
  public var id: String
  /// Which of its states.
  public var revision: Int
  /// How many photos there were.
  public var photos: Int
  /// How many faces there were.
  public var faces: Int
  /// The photos that the gallery keeps itself, by their paths in its folder, in order.
  public var keptPhotos: [String]
}

extension GalleryStore {
  /// Copies the database into a new file, readable by its owner alone, while others may write it.
  /// - Throws: `GalleryError`; `.damaged` where the copy is not whole
  public func copyDatabase(to file: URL) throws(GalleryError) -> GallerySnapshot {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .failed(
        path: path, detail: "\(file.path) cannot be made: \(String(cString: strerror(errno)))")
    }
    close(descriptor)
    do {
      let copy = try DatabaseQueue(path: file.path)
      try copyDatabase(to: copy)
      let snapshot = try copy.writeWithoutTransaction { try Self.snapshot($0) }
      try copy.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      try copy.close()
      return snapshot
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  private func copyDatabase(to copy: DatabaseQueue) throws {
    for _ in 0..<5 {
      let (readers, state) = try readConnections()
      try readers.lend { try $0.backup(to: copy) }
      // What was taken for unchanging may have changed after all.
      if let state, files.state != state { continue }
      return
    }
    throw GalleryError.inUse(path: path, pid: nil)
  }

  private static func snapshot(_ db: Database) throws -> GallerySnapshot {
    let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)").filter { $0 != "ok" }
    if let fault = faults.first {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: fault)
    }
    if try meta("traces", db) != nil {
      // Nothing of what was removed goes into a copy.
      try db.execute(sql: "VACUUM")
      try db.execute(sql: "DELETE FROM meta WHERE key = 'traces'")
    }
    return GallerySnapshot(
      id: try meta("id", db) ?? "", revision: try meta("revision", db).flatMap { Int($0) } ?? 0,
      photos: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM photo") ?? 0,
      faces: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face") ?? 0,
      keptPhotos: try Row.fetchAll(
        db, sql: "SELECT path FROM photo WHERE substr(path, 1, ?) = ? ORDER BY path",
        arguments: [ownPlace.count, ownPlace]
      ).map { String(try $0.value(0, as: String.self).dropFirst(ownPlace.count)) })
  }
}
