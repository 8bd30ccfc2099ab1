import Foundation
import GRDB
import Synchronization

/// Photos, faces and names in one folder: a SQLite database, transactional, readable while it is
/// written. It is closed, and free for the next writer, when the last reference to it goes.
public final class GalleryStore: FaceStore {
  /// What a store is opened for.
  public enum Access: Sendable {
    /// For reading: any number at once, also on a read-only disk.
    case read
    /// For writing: one process at a time.
    case write
  }

  /// The gallery's folder.
  public let folder: URL
  let files: GalleryFiles
  private let lock: GalleryLock?
  private let connection: Mutex<GalleryConnection>
  private let identity: GalleryFiles.FileIdentity?
  /// Ends after the connections do.
  private let use: DatabaseUse

  /// The path of `folder`, for messages.
  public var path: String { folder.path }
  /// The prefix of paths of photos kept by the gallery itself: the rest is relative to its folder, which may
  /// be moved.
  public static let ownPlace = "gallery:"

  /// Where a photo lies, of its path as it is kept.
  func place(_ path: String) -> String {
    path.hasPrefix(Self.ownPlace) ? "\(self.path)/\(path.dropFirst(Self.ownPlace.count))" : path
  }

  /// Whether the gallery's folder still holds the very database that was opened.
  public var isUnmoved: Bool { files.identity == identity }
  var database: any DatabaseWriter { connection.withLock { $0.database } }

  /// Opens a gallery.
  /// - Parameters:
  ///   - create: makes an empty one where there is none; needs `.write`.
  ///   - isBrief: other writers wait for this one, where they can, instead of failing with its process id.
  /// - Throws: `GalleryError`
  public init(
    at folder: URL, access: Access, create: Bool = false, isBrief: Bool = false
  ) throws(GalleryError) {
    let files = GalleryFiles(folder: folder)
    guard files.exists || (create && access == .write) else { throw .missing(path: folder.path) }
    let hasFolder = FileManager.default.fileExists(atPath: folder.path)
    let lock = access == .write ? try Self.lock(files, isBrief: isBrief) : nil
    do {
      if !files.exists { try GalleryConnection.create(files) }
      let use = try DatabaseUse(of: files)
      let connection =
        access == .write ? try GalleryConnection.writing(files) : try Self.current(files)
      if access == .write { try Self.migrate(connection.database, files) }
      self.connection = Mutex(connection)
      self.use = use
    } catch {
      let error = GalleryError(error, path: folder.path)
      if !hasFolder, !files.exists {
        // Nothing half-made stays.
        unlink(files.lock.path)
        rmdir(folder.path)
      }
      throw error
    }
    self.folder = folder
    self.files = files
    identity = files.identity
    self.lock = lock
    // A removal that was interrupted after its transaction is brought to its end.
    if access == .write { _ = try? eraseTraces() }
  }

  deinit {
    // Before the lock goes.
    let database = database
    if lock != nil {
      // The pool closes its writer first, which leaves the log to readers that cannot copy it: without
      // this, the database would be whole only together with its log.
      try? database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = 200")
        try db.checkpoint(.truncate)
      }
    }
    try? database.close()
  }

  /// Makes the folder if need be.
  private static func lock(
    _ files: GalleryFiles, isBrief: Bool
  ) throws(GalleryError) -> GalleryLock {
    do {
      try FileManager.default.createDirectory(at: files.folder, withIntermediateDirectories: true)
    } catch let error as CocoaError {
      let path = files.folder.path
      switch error.code {
      case .fileWriteOutOfSpace: throw .diskFull(path: path)
      case .fileWriteNoPermission, .fileWriteVolumeReadOnly: throw .readOnly(path: path)
      default:
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let detail =
          isThere && !isFolder.boolValue ? "it is not a folder" : "its folder cannot be made"
        throw .failed(path: path, detail: detail)
      }
    } catch {
      throw .failed(path: files.folder.path, detail: "its folder cannot be made")
    }
    return try GalleryLock(files, isBrief: isBrief)
  }

  /// A reader's connection to a gallery of this version.
  private static func current(_ files: GalleryFiles) throws -> GalleryConnection {
    let connection = try GalleryConnection.reading(files)
    if try isCurrent(connection.database, files) { return connection }
    try connection.database.close()
    guard files.isWritable else { throw GalleryError.olderVersion(path: files.folder.path) }
    let lock = try GalleryLock(files)
    try withExtendedLifetime(lock) {
      let writer = try GalleryConnection.writing(files).database
      try migrate(writer, files)
      try writer.close()
    }
    return try GalleryConnection.reading(files)
  }

  private static func migrate(_ database: any DatabaseWriter, _ files: GalleryFiles) throws {
    if try !isCurrent(database, files) { try GallerySchema.migrator.migrate(database) }
  }

  private static func isCurrent(
    _ database: any DatabaseReader, _ files: GalleryFiles
  ) throws -> Bool {
    try database.read { db in
      if try GallerySchema.migrator.hasBeenSuperseded(db) {
        throw GalleryError.newerVersion(path: files.folder.path)
      }
      return try GallerySchema.migrator.hasCompletedMigrations(db)
    }
  }

  /// Runs in one transaction, which sees one state of the gallery. May run again, where the gallery was
  /// taken for unchanging and is not.
  func read<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    do {
      for _ in 0..<5 {
        let (database, state) = try connectionForReading()
        let result = Result { try database.read(body) }
        // What was read while the file changed may be of two states: it does not count.
        if let state, files.state != state { continue }
        return try result.get()
      }
      throw GalleryError.inUse(path: path, pid: nil)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  private func connectionForReading() throws -> (any DatabaseReader, GalleryFiles.State?) {
    try connection.withLock { connection in
      if let state = connection.assumedState, files.state != state {
        connection = try GalleryConnection.reading(files)
      }
      return (connection.database, connection.assumedState)
    }
  }

  /// Runs in one transaction, and counts it as one revision if it changed anything.
  func write<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    try requireWriting()
    do {
      return try database.write { db in
        let before = db.totalChangesCount
        let value = try body(db)
        if db.totalChangesCount != before {
          try db.execute(
            sql: "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")
        }
        return value
      }
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  /// - Throws: `GalleryError.readOnly` if the store was opened for reading.
  func requireWriting() throws(GalleryError) {
    if lock == nil { throw .readOnly(path: path) }
  }
}
