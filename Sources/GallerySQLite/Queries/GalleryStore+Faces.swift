import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// A face by its id; nil if there is none.
  public func face(id: FaceID) throws(GalleryError) -> StoredFace? {
    try faces("WHERE face.id = ?", [id]).first
  }

  /// The faces that go by a name as it is written, in the order of their ids: all of the person whom the
  /// user gave it, and those added by it, except those that the user assigned to another person than
  /// that person.
  public func faces(named name: String) throws(GalleryError) -> [StoredFace] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(Self.faceColumns) FROM \(Self.namedFaces)
          WHERE face.id = ?
          """)
      return try Self.faces(named: name, db).compactMap { id in
        try Row.fetchOne(statement, arguments: [id]).map { try Self.face($0) }
      }
    }
  }

  /// The faces of a photo, the most prominent first.
  public func faces(inPhoto photo: PhotoID) throws(GalleryError) -> [StoredFace] {
    try faces("WHERE face.photo = ? ORDER BY face.ordinal", [photo])
  }

  private func faces(
    _ condition: String, _ arguments: StatementArguments
  ) throws(GalleryError) -> [StoredFace] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.faceColumns) FROM \(Self.namedFaces) \(condition)
          """, arguments: arguments
      ).map { try Self.face($0) }
    }
  }

  /// Those of some faces that are there and have embeddings, with these.
  public func faces(ids: some Collection<FaceID>) throws(GalleryError) -> [(StoredFace, Embedding)]
  {
    let path = path
    return try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(Self.faceColumns), face.embedding
          FROM \(Self.namedFaces)
          WHERE face.id = ? AND \(Self.isEmbedded)
          """)
      return try ids.compactMap { id in
        try Row.fetchOne(statement, arguments: [id]).map { row in
          let embedding = Embedding(FloatBlob.floats(try row.value(Self.faceColumnCount)))
          guard embedding.count > 0 else {
            throw GalleryError.damaged(path: path, detail: "face \(id) has no whole embedding")
          }
          return (try Self.face(row), embedding)
        }
      }
    }
  }

  /// A face's embedding, `(d,)`; nil if there is no such face, or none of the gallery's model of it.
  public func embedding(face: FaceID) throws(GalleryError) -> Embedding? {
    try read { db in
      try Data.fetchOne(
        db, sql: "SELECT embedding FROM face WHERE id = ? AND \(Self.isEmbedded)", arguments: [face]
      ).map { Embedding(FloatBlob.floats($0)) }
    }
  }

  /// Iterates over all faces with an embedding in the order of their ids, in constant memory.
  ///
  /// No transaction is open while `body` runs, so it may change the gallery: faces that are removed
  /// meanwhile may still come, up to 256 of them.
  /// - Throws: `GalleryError`, and what `body` throws, which ends it.
  public func eachFace(_ body: (StoredFace, Embedding) throws -> Void) throws {
    var last = FaceID.beforeFirst
    while true {
      let chunk = try read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT \(Self.faceColumns), face.embedding
            FROM \(Self.namedFaces)
            WHERE face.id > ? AND \(Self.isEmbedded) ORDER BY face.id LIMIT 256
            """, arguments: [last]
        ).map {
          (try Self.face($0), Embedding(FloatBlob.floats(try $0.value(Self.faceColumnCount))))
        }
      }
      guard let end = chunk.last else { return }
      for (face, embedding) in chunk { try body(face, embedding) }
      last = end.0.id
    }
  }

  /// All embeddings in one matrix, with the ids of their faces, in the order of these.
  /// - Throws: `GalleryError`; `.damaged` if an embedding is not whole.
  public func embeddings() throws(GalleryError) -> FaceMatrix {
    let path = path
    return try read { db in
      let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face") ?? 0
      let dimensions = try Self.meta("dimensions", db).flatMap { Int($0) } ?? 1
      var (faces, photos) = ([FaceID](), [PhotoID]())
      var doubtful: Set<FaceID> = []
      faces.reserveCapacity(count)
      photos.reserveCapacity(count)
      var values: [Float] = []
      values.reserveCapacity(count * dimensions)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, photo, embedding, \(Self.isDoubtful) FROM face
          WHERE \(Self.isEmbedded) ORDER BY id
          """)
      while let row = try rows.next() {
        faces.append(try row.value(0))
        photos.append(try row.value(1))
        if try row.value(3, as: Bool?.self) == true { doubtful.insert(try row.value(0)) }
        // Without a copy; the bytes are SQLite's until the next row.
        try row.withUnsafeData(atIndex: 2) { data in
          data?.withUnsafeBytes { FloatBlob.append($0, to: &values) }
        }
        guard values.count == faces.count * dimensions else {
          throw GalleryError.damaged(
            path: path, detail: "face \(faces[faces.count - 1]) has no whole embedding")
        }
      }
      return FaceMatrix(
        faces: faces, photos: photos,
        embeddings: EmbeddingMatrix(dimensions: dimensions, values: values), doubtful: doubtful,
        revision: try Self.meta("revision", db).flatMap { Int($0) } ?? 0)
    }
  }
}
