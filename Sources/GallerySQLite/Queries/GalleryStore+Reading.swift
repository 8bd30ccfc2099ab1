import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// All faces with their embeddings, in the order of their ids, and those that have none.
  public func faceTable() throws(GalleryError) -> FaceTable {
    let path = path
    return try read { db in
      var (faces, missing) = ([StoredFace](), [StoredFace]())
      var values: [Float] = []
      let unembedded = try Self.missingReasons(db)
      let dimensions = try Self.meta("dimensions", db).flatMap { Int($0) } ?? 1
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT \(Self.faceColumns), face.embedding
          FROM \(Self.namedFaces) ORDER BY face.id
          """)
      while let row = try rows.next() {
        let face = try Self.face(row)
        if unembedded[face.id] != nil {
          missing.append(face)
          continue
        }
        faces.append(face)
        // Without a copy; the bytes are SQLite's until the next row.
        try row.withUnsafeData(atIndex: Self.faceColumnCount) { data in
          data?.withUnsafeBytes { FloatBlob.append($0, to: &values) }
        }
        guard values.count == faces.count * dimensions else {
          throw GalleryError.damaged(
            path: path, detail: "face \(faces[faces.count - 1].id) has no whole embedding")
        }
      }
      return FaceTable(
        faces: faces, embeddings: EmbeddingMatrix(dimensions: dimensions, values: values),
        unembedded: missing, revision: try Self.meta("revision", db).flatMap { Int($0) } ?? 0)
    }
  }

  /// A small JPEG of a face; nil if there is no such face.
  public func thumbnail(face: FaceID) throws(GalleryError) -> Data? {
    try read {
      try Data.fetchOne($0, sql: "SELECT jpeg FROM thumbnail WHERE face = ?", arguments: [face])
    }
  }

  /// Every name that a face goes by, and those that were added without faces, in order.
  public func names() throws(GalleryError) -> [NameSummary] { try read { try names($0) } }

  private func names(_ db: Database) throws -> [NameSummary] {
    let used = try Row.fetchAll(
      db,
      sql: """
        SELECT \(Self.goesBy), COUNT(DISTINCT face.photo), COUNT(*)
        FROM \(Self.namedFaces) WHERE \(Self.goesBy) IS NOT NULL GROUP BY 1
        """
    ).map {
      NameSummary(name: try $0.value(0), photos: try $0.value(1), faces: try $0.value(2))
    }
    let unused = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM name WHERE NOT EXISTS (SELECT 1 FROM face WHERE face.name = name.id)
          AND NOT EXISTS (SELECT 1 FROM person WHERE person.name = name.name)
        """
    ).map { NameSummary(name: $0, photos: 0, faces: 0) }
    return (used + unused).sorted { $0.name < $1.name }
  }

  /// What the gallery holds.
  public func summary() throws(GalleryError) -> GallerySummary {
    let (path, bytes) = (path, files.size)
    return try read { db in
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      let names = try names(db)
      return GallerySummary(
        id: try Self.meta("id", db), path: path, created: try Self.meta("created", db),
        photos: try count("SELECT COUNT(*) FROM photo"),
        photosWithoutFace: try count(
          "SELECT COUNT(*) FROM photo WHERE NOT EXISTS (SELECT 1 FROM face WHERE photo = photo.id)"),
        faces: try count("SELECT COUNT(*) FROM face"),
        namedFaces: names.reduce(0) { $0 + $1.faces },
        doubtfulFaces: try count("SELECT COUNT(*) FROM face WHERE \(Self.isDoubtful)"),
        names: names.count, model: try Self.meta("model", db),
        dimensions: try Self.meta("dimensions", db).flatMap { Int($0) }, bytes: bytes,
        unembeddedFaces: try count("SELECT COUNT(*) FROM missing_embedding"),
        hiddenFaces: try Self.hiddenFaces(db).count)
    }
  }
}

extension GalleryStore {
  /// A counter of changes to the gallery; a different number means different content. A file that is derived from
  /// a gallery keeps it, and `GallerySummary.id`, to know when it is out of date.
  public func revision() throws(GalleryError) -> Int {
    try read { try Self.meta("revision", $0).flatMap { Int($0) } ?? 0 }
  }

  /// The gallery's model with its file, as they were at one moment; nil while it is empty.
  public func embeddingModel() throws(GalleryError) -> EmbeddingModel? {
    try read { try Self.embeddingModel($0) }
  }

  static func embeddingModel(_ db: Database) throws -> EmbeddingModel? {
    try meta("model", db).map { EmbeddingModel(name: $0, file: try meta("model_file", db)) }
  }

  /// Which gallery this is, in which state, and how many numbers its embeddings have; nil before the
  /// first face.
  public func state() throws(GalleryError) -> (id: String, revision: Int, dimensions: Int?) {
    try read { db in
      (
        try Self.meta("id", db) ?? "", try Self.meta("revision", db).flatMap { Int($0) } ?? 0,
        try Self.meta("dimensions", db).flatMap { Int($0) }
      )
    }
  }

  /// What tells a revision from another of the same number, after the gallery was put back from a copy.
  public func mark(of revision: Int) throws(GalleryError) -> String {
    try read { db in
      try String.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT mark FROM revision_mark WHERE revision <= ? ORDER BY revision DESC LIMIT 1
            """), arguments: [revision]) ?? ""
    }
  }

  /// The faces that came or went after a revision, in the order of their ids.
  public func changedFaces(since revision: Int) throws(GalleryError) -> [FaceID] {
    try read { db in
      try FaceID.fetchAll(
        db, sql: "SELECT face FROM face_change WHERE revision > ? ORDER BY face",
        arguments: [revision])
    }
  }
}
