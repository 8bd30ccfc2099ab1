import Foundation
import GRDB
import GalleryCore
import LikenessCore
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

  /// How long a writer waits for its turn.
  public static let patience: Duration = .seconds(10)

  /// The gallery's folder.
  public let folder: URL
  let files: GalleryFiles
  private let lock: GalleryLock?
  /// Nil where the store was opened for reading.
  private let writer: DatabasePool?
  /// Nil where the store was opened for writing, which reads through the writer's pool.
  private let connection: Mutex<GalleryConnection?>
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

  /// - Throws: `GalleryError.readOnly` if the store was opened for reading.
  func database() throws(GalleryError) -> DatabasePool {
    guard let writer else { throw .readOnly(path: path) }
    return writer
  }

  /// Opens a gallery.
  /// - Parameters:
  ///   - create: makes an empty one where there is none; needs `.write`.
  ///   - isBrief: writes for a turn only: other writers wait for this one, where they can, instead of failing with its
  ///     process id.
  ///   - patience: how long to wait while others have their turns. One that writes for a whole task is not waited for.
  ///   - finishesErasing: whether a removal that could not erase all of its bytes is brought to its end, which rewrites the
  ///     database.
  /// - Throws: `GalleryError`; `.inUse` where others did not let go of it in time
  public init(
    at folder: URL, access: Access, create: Bool = false, isBrief: Bool = false,
    patience: Duration = .zero, finishesErasing: Bool = true
  ) throws(GalleryError) {
    let files = GalleryFiles(folder: folder)
    guard files.exists || (create && access == .write) else { throw .missing(path: folder.path) }
    let hasFolder = FileManager.default.fileExists(atPath: folder.path)
    let lock =
      access == .write ? try Self.lock(files, isBrief: isBrief, patience: patience) : nil
    do {
      if !files.exists { try GalleryConnection.create(files) }
      if access == .write { files.closeToOthers() }
      let use = try DatabaseUse(of: files)
      writer = access == .write ? try GalleryConnection.writing(files) : nil
      if let writer { try Self.migrate(writer, files) }
      connection = Mutex(access == .write ? nil : try Self.current(files))
      self.use = use
    } catch {
      let error = GalleryError(error, path: folder.path)
      if !hasFolder, !files.exists {
        // Nothing half-made stays.
        unlink(files.lock.path)
        unlink(files.next.path)
        rmdir(folder.path)
      }
      throw error
    }
    self.folder = folder
    self.files = files
    identity = files.identity
    self.lock = lock
    // A removal that was interrupted after its transaction is brought to its end.
    if access == .write, finishesErasing { _ = try? eraseTraces() }
  }

  deinit {
    // Before the lock goes.
    if let writer {
      // The pool closes its writer first, which leaves the log to readers that cannot copy it: without
      // this, the database would be whole only together with its log.
      try? writer.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = 200")
        try db.checkpoint(.truncate)
      }
      try? writer.close()
    }
    try? connection.withLock { $0 }?.readers.close()
  }

  /// Makes the folder if need be.
  private static func lock(
    _ files: GalleryFiles, isBrief: Bool, patience: Duration
  ) throws(GalleryError) -> GalleryLock {
    do {
      try PrivateFiles.makeFolder(files.folder)
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
    return try GalleryLock(files, isBrief: isBrief, patience: patience)
  }

  /// A reader's connection to a gallery of this version.
  private static func current(_ files: GalleryFiles) throws -> GalleryConnection {
    let connection = try GalleryConnection.reading(files)
    if try connection.readers.lend({ try isCurrent($0, files) }) { return connection }
    try connection.readers.close()
    guard files.isWritable else { throw GalleryError.olderVersion(path: files.folder.path) }
    let lock = try GalleryLock(files, isBrief: true, patience: Self.patience)
    try withExtendedLifetime(lock) {
      let writer = try GalleryConnection.writing(files)
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
      if let writer { return try writer.read(body) }
      if let snapshot = Self.snapshot, snapshot.store === self {
        return try snapshot.connection.unsafeRead(body)
      }
      for _ in 0..<5 {
        let (readers, state) = try readConnections()
        let result = Result { try readers.lend { try $0.read(body) } }
        // What was read while the file changed may be of two states: it does not count.
        if let state, files.state != state { continue }
        return try result.get()
      }
      throw GalleryError.inUse(path: path, pid: nil)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  func readConnections() throws -> (ReadConnections, GalleryFiles.State?) {
    try connection.withLock { connection in
      if let known = connection, known.assumedState == nil || files.state == known.assumedState {
        return (known.readers, known.assumedState)
      }
      let new = try GalleryConnection.reading(files)
      connection = new
      return (new.readers, new.assumedState)
    }
  }

  /// What this task reads of a gallery is of the state that this transaction sees.
  private struct Snapshot: Sendable {
    var store: GalleryStore
    var connection: DatabaseQueue
  }

  @TaskLocal private static var snapshot: Snapshot?

  /// Everything that `body` reads through this store, on the thread that called, is of one state of the gallery.
  ///
  /// A store that was opened for writing changes the gallery under its own feet and has no snapshots; nor has one on a disk that
  /// cannot be written, where nothing changes.
  public func withSnapshot<Value>(_ body: () throws -> Value) throws -> Value {
    guard writer == nil, Self.snapshot?.store !== self else { return try body() }
    let (readers, assumedState) = try self.readConnections()
    guard assumedState == nil else { return try body() }
    return try readers.lend { connection in
      do {
        try connection.inDatabase { db in
          try db.beginTransaction(.deferred)
          // A transaction sees the state of its first look.
          _ = try Int.fetchOne(try db.cachedStatement(sql: "SELECT 1 FROM meta LIMIT 1"))
        }
      } catch {
        throw GalleryError(error, path: path)
      }
      defer { try? connection.inDatabase { if $0.isInsideTransaction { try $0.rollback() } } }
      return try Self.$snapshot.withValue(
        Snapshot(store: self, connection: connection), operation: body)
    }
  }

  /// Runs in one transaction, and counts it as one revision if it changed anything.
  func write<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    try requireWriting()
    do {
      return try database().write { db in
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
