import Foundation
import GalleryCore

/// The files of a gallery's folder.
package struct GalleryFiles: Sendable {
  let folder: URL

  var database: URL { folder.appendingPathComponent("gallery.sqlite") }
  /// A database in the making; it gets its name when it is whole.
  var unfinishedDatabase: URL { folder.appendingPathComponent("gallery.sqlite.new") }
  var log: URL { folder.appendingPathComponent("gallery.sqlite-wal") }
  var sharedMemory: URL { folder.appendingPathComponent("gallery.sqlite-shm") }
  var lock: URL { folder.appendingPathComponent("gallery.lock") }
  /// Where the writer stands that comes next.
  var next: URL { folder.appendingPathComponent("gallery.next") }
  /// New embeddings on their way, see `UpgradeFile`.
  var upgrade: URL { folder.appendingPathComponent("upgrade.sqlite") }
  var upgradeLock: URL { folder.appendingPathComponent("upgrade.lock") }

  /// What the database's files look like from outside. Another state means other content.
  struct State: Equatable {
    var inode: UInt64
    var bytes: Int64
    var modified: [Int]
    var logBytes: Int64?
  }

  /// An empty file is what a full disk may leave of a copy; it is not a gallery.
  var exists: Bool { (bytes(database) ?? 0) > 0 }

  var isWritable: Bool { access(folder.path, W_OK) == 0 }

  /// In bytes, all files together.
  var size: Int { [database, log].reduce(0) { $0 + Int(bytes($1) ?? 0) } }

  var state: State? {
    guard let status = status(database) else { return nil }
    return State(
      inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
      modified: [Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)],
      // An empty log says as much as none.
      logBytes: bytes(log).flatMap { $0 > 0 ? $0 : nil })
  }

  /// Which file of this machine something is.
  struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  /// Which file the database is.
  var identity: FileIdentity? {
    status(database).map { FileIdentity(device: UInt64($0.st_dev), inode: UInt64($0.st_ino)) }
  }

  func bytes(_ file: URL) -> Int64? { status(file).map { Int64($0.st_size) } }

  private func status(_ file: URL) -> stat? {
    var status = stat()
    return stat(file.path, &status) == 0 ? status : nil
  }

  /// Looks at the database's head without SQLite, which might change the file. Only while this process has it not open:
  /// closing a file ends all locks that the process has on it, SQLite's own among them.
  /// - Throws: `GalleryError.notAGallery`, `.damaged` where it was a gallery's, `.failed`
  func checkIdentity() throws(GalleryError) {
    guard let handle = try? FileHandle(forReadingFrom: database) else {
      throw .failed(
        path: folder.path, detail: "its database cannot be read: see to its permissions")
    }
    defer { try? handle.close() }
    let head = [UInt8]((try? handle.read(upToCount: 100)) ?? Data())
    let isDatabase = head.count == 100 && head.starts(with: Array("SQLite format 3\0".utf8))
    let isOurs =
      head.count == 100
      && head[68..<72].reduce(UInt32(0), { $0 << 8 | UInt32($1) })
        == UInt32(GallerySchema.applicationID)
    if isDatabase, isOurs { return }
    // Somebody's photos are not to be taken for nothing because of a few bytes.
    guard isOurs || Self.tellsOfGallery((try? handle.read(upToCount: 1 << 20)) ?? Data()) else {
      throw .notAGallery(path: folder.path)
    }
    throw .damaged(path: folder.path, detail: "its first bytes are not those of a database")
  }

  /// Whether the text of a gallery's schema is in some pages of a database.
  private static func tellsOfGallery(_ pages: Data) -> Bool {
    ["CREATE TABLE person_face", "CREATE TABLE grdb_migrations"].allSatisfy {
      pages.range(of: Data($0.utf8)) != nil
    }
  }
}
