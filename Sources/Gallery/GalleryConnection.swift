import Foundation
import GRDB

/// SQLite's connections to a gallery.
struct GalleryConnection: Sendable {
  let database: any DatabaseWriter
  /// Set where SQLite was told that the file does not change; if it does, reading has to begin anew.
  let assumedState: GalleryFiles.State?

  static func writing(_ files: GalleryFiles) throws -> GalleryConnection {
    GalleryConnection(
      database: try DatabasePool(path: files.database.path, configuration: configuration()),
      assumedState: nil)
  }

  static func reading(_ files: GalleryFiles) throws -> GalleryConnection {
    var configuration = configuration()
    configuration.readonly = true
    let logBytes = files.bytes(files.log)
    let hasSharedMemory = files.bytes(files.sharedMemory) != nil
    if files.isWritable || (hasSharedMemory && logBytes != nil) {
      return GalleryConnection(
        database: try DatabasePool(path: files.database.path, configuration: configuration),
        assumedState: nil)
    }
    guard logBytes ?? 0 == 0 else { throw GalleryError.unfinished(path: files.folder.path) }
    // Readers share a memory file with writers. It is not there and cannot be made here, so SQLite has
    // to be told that there are no writers; `GalleryStore.read` sees to it that this was true.
    let state = files.state
    let name =
      files.database.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
    return GalleryConnection(
      database: try DatabasePool(path: "file:\(name)?immutable=1", configuration: configuration),
      assumedState: state)
  }

  /// Makes an empty gallery under a passing name, so that it is there whole or not at all.
  static func create(_ files: GalleryFiles) throws {
    let file = files.unfinishedDatabase
    let leftovers = ["", "-journal", "-wal", "-shm"].map { file.path + $0 }
    for path in leftovers { unlink(path) }
    do {
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
