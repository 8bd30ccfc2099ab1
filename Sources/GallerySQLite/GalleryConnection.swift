import Foundation
import GRDB
import GalleryCore
import LikenessCore
import Synchronization

/// SQLite's connections to a gallery.
package struct GalleryConnection: Sendable {
  /// How many were opened for reading so far, by the database's path, for tests.
  package static let openedForReading = Mutex<[String: Int]>([:])

  let readers: ReadConnections
  /// Set where SQLite was told that the file does not change; if it does, reading has to begin anew.
  let assumedState: GalleryFiles.State?

  static func writing(_ files: GalleryFiles) throws -> DatabasePool {
    try DatabasePool(path: files.database.path, configuration: configuration())
  }

  static func reading(_ files: GalleryFiles) throws -> GalleryConnection {
    let logBytes = files.bytes(files.log)
    let hasSharedMemory = files.bytes(files.sharedMemory) != nil
    if files.isWritable || (hasSharedMemory && logBytes != nil) {
      return GalleryConnection(readers: readers(files.database.path), assumedState: nil)
    }
    guard logBytes ?? 0 == 0 else { throw GalleryError.unfinished(path: files.folder.path) }
    // Readers share a memory file with writers. It is not there and cannot be made here, so SQLite has
    // to be told that there are no writers; `GalleryStore.read` sees to it that this was true.
    let state = files.state
    let name =
      files.database.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
    return GalleryConnection(readers: readers("file:\(name)?immutable=1"), assumedState: state)
  }

  private static func readers(_ path: String) -> ReadConnections {
    ReadConnections {
      var configuration = configuration()
      configuration.readonly = true
      // A snapshot's transaction stays open from one look at the gallery to the next.
      configuration.allowsUnsafeTransactions = true
      openedForReading.withLock { $0[path, default: 0] += 1 }
      return try DatabaseQueue(path: path, configuration: configuration)
    }
  }

  /// Makes an empty gallery under a passing name, so that it is there whole or not at all.
  /// - Throws: `GalleryError.unusable` where the folder has photos that a gallery kept whose database is gone: none of the new
  ///   gallery's would they be, and be deleted as such
  static func create(_ files: GalleryFiles) throws {
    guard !files.hasKeptPhotos else {
      throw GalleryError.unusable(
        path: files.folder.path,
        detail:
          "its database is gone, and photos that it kept are there: restore a backup, or move "
          + "\(files.keptPhotos.path) away")
    }
    let file = files.unfinishedDatabase
    let leftovers = ["", "-journal", "-wal", "-shm"].map { file.path + $0 }
    for path in leftovers { unlink(path) }
    do {
      // SQLite gives its log and its other files the rights of the database.
      PrivateFiles.makeFile(file)
      let queue = try DatabaseQueue(path: file.path)
      try GallerySchema.migrator.migrate(queue)
      try queue.close()
      // What an empty or lost database left of its log would be taken for the new one's.
      unlink(files.log.path)
      unlink(files.sharedMemory.path)
      guard rename(file.path, files.database.path) == 0 else {
        throw GalleryError.failed(
          path: files.folder.path, detail: "\(file.path) cannot be renamed")
      }
    } catch {
      for path in leftovers { unlink(path) }
      throw error
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { db in
      // What is removed or changed is overwritten with zeros.
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    return configuration
  }
}
