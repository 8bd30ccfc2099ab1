import Foundation
import GRDB
import GalleryCore
import LikenessCore

/// The database beside a gallery's that new embeddings wait in. It is a file of its own, so that whoever changes the
/// gallery is not kept waiting while they are made.
struct UpgradeFile: Sendable {
  /// What the embeddings are for, and what they depend on.
  struct Target: Codable, Equatable {
    var model: EmbeddingModel
    /// The gallery's id.
    var gallery: String
    /// How the embeddings are made, in its reader's words.
    var settings: String
  }

  let database: DatabaseQueue
  /// The gallery's folder, for messages.
  let path: String

  /// Opens what there is.
  /// - Returns: nil where there is none, or one that no program of this version made.
  init?(opening files: GalleryFiles, readonly: Bool) throws(GalleryError) {
    guard files.bytes(files.upgrade) ?? 0 > 0 else { return nil }
    path = files.folder.path
    do {
      database = try DatabaseQueue(
        path: files.upgrade.path, configuration: Self.configuration(readonly: readonly))
      guard try database.read({ try $0.tableExists("done") }) else { return nil }
    } catch let error as DatabaseError
      where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode)
    {
      return nil
    } catch {
      throw GalleryError(error, path: files.folder.path)
    }
  }

  /// Makes an empty one.
  init(creating files: GalleryFiles, for target: Target) throws(GalleryError) {
    path = files.folder.path
    Self.delete(files)
    PrivateFiles.makeFile(files.upgrade)
    do {
      database = try DatabaseQueue(
        path: files.upgrade.path, configuration: Self.configuration(readonly: false))
      let text = String(decoding: try JSONEncoder().encode(target), as: UTF8.self)
      try database.write { db in
        try db.execute(
          sql: """
            CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE done (
              face INTEGER PRIMARY KEY,
              digest TEXT NOT NULL,          -- of its photo
              ordinal INTEGER NOT NULL,
              embedding BLOB NOT NULL        -- d × little-endian f32
            );
            CREATE TABLE attribute_vector (
              face INTEGER NOT NULL,
              key TEXT NOT NULL,
              vector BLOB NOT NULL,          -- little-endian f32
              PRIMARY KEY (face, key)
            ) WITHOUT ROWID;
            """)
        try db.execute(sql: "INSERT INTO meta VALUES ('target', ?)", arguments: [text])
      }
    } catch {
      throw GalleryError(error, path: files.folder.path)
    }
  }

  static func delete(_ files: GalleryFiles) {
    for suffix in ["", "-journal"] { unlink(files.upgrade.path + suffix) }
  }

  private static func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      guard !readonly else { return }
      // As in the gallery, what is removed is overwritten.
      try db.execute(sql: "PRAGMA secure_delete = ON")
    }
    return configuration
  }

  // MARK: What is in it

  /// Nil in a file of another version.
  func target() throws(GalleryError) -> Target? {
    try read { db in
      try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'target'").flatMap {
        try? JSONDecoder().decode(Target.self, from: Data($0.utf8))
      }
    }
  }

  /// The faces that have a new embedding.
  func faces() throws(GalleryError) -> Set<FaceID> {
    try read { try FaceID.fetchSet($0, sql: "SELECT face FROM done") }
  }

  func keep(_ faces: [UpgradedFace]) throws(GalleryError) {
    let path = path
    try write { db in
      var length = try Int.fetchOne(db, sql: "SELECT LENGTH(embedding) FROM done LIMIT 1")
      for face in faces {
        guard face.embedding.count > 0, face.embedding.isFinite,
          length ?? face.embedding.count * 4 == face.embedding.count * 4
        else {
          throw GalleryError.unusable(
            path: path,
            detail: "an embedding that is empty, has a coordinate that is not a number, or is of "
              + "another length than the others")
        }
        length = face.embedding.count * 4
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?)").execute(
          arguments: [
            face.face, face.digest, face.ordinal, FloatBlob.data(face.embedding.values),
          ])
        for (key, vector) in face.attributes {
          try db.cachedStatement(sql: "INSERT OR REPLACE INTO attribute_vector VALUES (?, ?, ?)")
            .execute(arguments: [face.face, key, FloatBlob.data(vector.values)])
        }
      }
    }
  }

  /// Takes faces out, of which no byte is left.
  func forget(_ faces: some Collection<FaceID>) throws(GalleryError) {
    guard !faces.isEmpty else { return }
    try write { db in
      for face in faces {
        try db.cachedStatement(sql: "DELETE FROM done WHERE face = ?").execute(arguments: [face])
        try db.cachedStatement(sql: "DELETE FROM attribute_vector WHERE face = ?")
          .execute(arguments: [face])
      }
    }
  }

  /// Goes through all embeddings in the order of their faces.
  func each(_ body: (UpgradedFace) throws -> Void) throws {
    try database.read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT face, digest, ordinal, embedding FROM done ORDER BY face")
      let attributes = try db.cachedStatement(
        sql: "SELECT key, vector FROM attribute_vector WHERE face = ?")
      while let row = try rows.next() {
        let id: FaceID = try row.value(0)
        var face = UpgradedFace(
          face: id, digest: try row.value(1), ordinal: try row.value(2),
          embedding: Embedding(FloatBlob.floats(try row.value(3))))
        for attribute in try Row.fetchAll(attributes, arguments: [id]) {
          face.attributes[try attribute.value(0)] = Embedding(
            FloatBlob.floats(try attribute.value(1)))
        }
        try body(face)
      }
    }
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  private func write<Value>(_ body: (Database) throws -> Value) throws(GalleryError) -> Value {
    do {
      return try database.write(body)
    } catch {
      throw GalleryError(error, path: path)
    }
  }
}
