import Foundation
import GRDB

/// Photos, faces and names in one folder: a SQLite database, transactional, readable while it is
/// written.
public final class GalleryStore: Sendable {
  public enum Access: Sendable {
    /// Any number at once, also on a disk that cannot be written.
    case read
    /// One at a time.
    case write
  }

  /// The gallery's folder.
  public let folder: URL
  let database: any DatabaseWriter
  private let lock: GalleryLock?

  var path: String { folder.path }

  /// Opens a gallery.
  /// - Parameter create: makes an empty one where there is none; needs `.write`.
  /// - Throws: `GalleryError`
  public init(at folder: URL, access: Access, create: Bool = false) throws(GalleryError) {
    self.folder = folder
    let path = folder.path
    let file = folder.appendingPathComponent("gallery.sqlite")
    let exists = FileManager.default.fileExists(atPath: file.path)
    guard exists || (create && access == .write) else {
      throw .missing(path: path)
    }
    do {
      if !exists {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      lock = access == .write ? try GalleryLock(folder: folder) : nil
      // Other data must not become a gallery by being opened as one.
      if exists { try Self.checkIdentity(file, path) }
      database = try Self.open(file, access)
      try Self.migrate(database, access, path)
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      throw .diskFull(path: path)
    } catch is CocoaError {
      throw .readOnly(path: path)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  private static func open(_ file: URL, _ access: Access) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { db in
      // What is removed leaves no bytes behind.
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    let folder = file.deletingLastPathComponent().path
    guard access == .read,
      !FileManager.default.isWritableFile(atPath: folder) || isReadOnlyDisk(folder)
    else { return try DatabasePool(path: file.path, configuration: configuration) }
    // A reader of a WAL database wants to write its shared memory file; where it cannot, nobody can
    // change the database either.
    configuration.readonly = true
    let name = file.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file.path
    return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
  }

  private static func isReadOnlyDisk(_ folder: String) -> Bool {
    var status = statvfs()
    return statvfs(folder, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }

  private static func checkIdentity(_ file: URL, _ path: String) throws {
    guard let handle = try? FileHandle(forReadingFrom: file) else {
      throw GalleryError.failed(path: path, detail: "its database cannot be read")
    }
    defer { try? handle.close() }
    let head = [UInt8](try handle.read(upToCount: 100) ?? Data())
    // Made, but killed before the first transaction.
    if head.isEmpty { return }
    let isSQLite = head.count == 100 && head.starts(with: Array("SQLite format 3\0".utf8))
    let identity = isSQLite ? head[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : 0
    guard isSQLite, identity == 0 || identity == UInt32(GallerySchema.applicationID) else {
      throw GalleryError.notAGallery(path: path)
    }
  }

  private static func migrate(
    _ database: any DatabaseWriter, _ access: Access, _ path: String
  ) throws {
    let migrator = GallerySchema.migrator
    let state = try database.read { db in
      (
        isNewer: try migrator.hasBeenSuperseded(db),
        isCurrent: try migrator.hasCompletedMigrations(db),
        isForeign: try db.tableExists("grdb_migrations") == false
          && (try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0) > 0
      )
    }
    if state.isForeign { throw GalleryError.notAGallery(path: path) }
    if state.isNewer { throw GalleryError.newerVersion(path: path) }
    if state.isCurrent { return }
    guard access == .write else {
      // An older or unfinished gallery is brought up to date by whoever may write it.
      let writer = try GalleryLock(folder: URL(fileURLWithPath: path))
      try withExtendedLifetime(writer) { try migrator.migrate(database) }
      return
    }
    try migrator.migrate(database)
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  /// Runs in one transaction, and counts it as one revision.
  func write<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    guard lock != nil else { throw .readOnly(path: path) }
    do {
      return try database.write { db in
        let value = try body(db)
        try db.execute(
          sql: "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")
        return value
      }
    } catch {
      throw GalleryError(error, path: path)
    }
  }
}
