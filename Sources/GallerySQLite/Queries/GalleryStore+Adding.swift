import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Adds photos with their faces, all or none of them.
  /// - Parameters:
  ///   - model: the name of the model that made the embeddings.
  ///   - updatesPaths: whether a photo that was there already is now where `file` says.
  ///   - modelFile: what tells it from another one of its name, such as its file's SHA-256; kept with the first face.
  /// - Returns: for each photo whether it is new; one whose content was there already only has its
  ///   path brought up to date.
  /// - Throws: `GalleryError`, for instance `.modelMismatch`, `.unusable` and `.diskFull`; none of the
  ///   photos is kept then.
  @discardableResult
  public func add(
    _ photos: [NewPhoto], model: String, modelFile: String? = nil, updatesPaths: Bool = true
  ) throws(GalleryError) -> [Bool] {
    let path = path
    return try write { db in
      try photos.map { photo in
        if let id = try PhotoID.fetchOne(
          db.cachedStatement(sql: "SELECT id FROM photo WHERE digest = ?"),
          arguments: [photo.digest])
        {
          if updatesPaths {
            // A photo that the gallery keeps itself stays where it is kept: the other file may go.
            try db.execute(
              sql: """
                UPDATE photo SET path = ?, bytes = ?, modified = ?
                WHERE id = ? AND substr(path, 1, ?) <> ?
                """,
              arguments: [
                photo.file.path, photo.file.bytes, photo.file.modified, id, Self.ownPlace.count,
                Self.ownPlace,
              ])
          }
          return false
        }
        try db.cachedStatement(
          sql: """
            INSERT INTO photo
              (id, digest, path, bytes, modified, width, height, turned, detector, added, title,
                taken)
            VALUES (
              1 + MAX(
                COALESCE((SELECT MAX(id) FROM photo), 0),
                COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_photo'), 0)),
              ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).execute(
          arguments: [
            photo.digest, photo.file.path, photo.file.bytes, photo.file.modified, photo.width,
            photo.height, photo.turned, photo.detector,
            (photo.added ?? Date()).timeIntervalSince1970, photo.title, photo.taken.stored,
          ])
        let id = PhotoID(db.lastInsertedRowID)
        if !photo.candidates.isEmpty { try Self.keep(candidates: photo.candidates, of: id, db) }
        for (place, face) in photo.faces.enumerated() {
          if face.missing == nil {
            try Self.checkModel(db, model, modelFile, face.embedding, path)
          }
          try Self.insert(face, face.ordinal ?? place, of: id, db, path)
        }
        return true
      }
    }
  }

  /// Adds a face to a photo that is there already, after its other faces, in one transaction.
  /// - Throws: `GalleryError`, for instance `.unknownPhoto`, `.faceExists` and `.modelMismatch`; nothing is kept then.
  public func add(
    _ face: NewFace, toPhoto photo: PhotoID, model: String, modelFile: String?
  ) throws(GalleryError) -> FaceID {
    let path = path
    return try write { db in
      guard
        try PhotoID.fetchOne(db, sql: "SELECT id FROM photo WHERE id = ?", arguments: [photo])
          != nil
      else { throw GalleryError.unknownPhoto(path: path, photo: photo) }
      let others = try Row.fetchAll(
        db,
        sql: "SELECT \(Self.faceColumns) FROM \(Self.namedFaces) WHERE face.photo = ?",
        arguments: [photo]
      ).map { try Self.face($0) }
      if let known = others.first(where: { $0.geometry.box.isSamePlace(as: face.geometry.box) }) {
        throw GalleryError.faceExists(path: path, face: known.id)
      }
      try Self.checkModel(db, model, modelFile, face.embedding, path)
      let last = others.map(\.ordinal).max() ?? -1
      return try Self.insert(face, last + 1, of: photo, db, path)
    }
  }

  private static func checkModel(
    _ db: Database, _ model: String, _ modelFile: String?, _ embedding: Embedding, _ path: String
  ) throws {
    guard embedding.count > 0, embedding.isFinite else {
      throw GalleryError.unusable(
        path: path, detail: "an embedding that is empty or has a coordinate that is not a number")
    }
    let known = try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE key = 'model'"))
    let dimensions = try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE key = 'dimensions'")
    ).flatMap { Int($0) }
    guard let known, let dimensions else {
      try db.execute(
        sql: "INSERT OR REPLACE INTO meta VALUES ('model', ?), ('dimensions', ?)",
        arguments: [model, "\(embedding.count)"])
      if let modelFile {
        try db.execute(
          sql: "INSERT OR REPLACE INTO meta VALUES ('model_file', ?)", arguments: [modelFile])
      }
      return
    }
    guard dimensions == embedding.count || known != model else {
      throw GalleryError.modelMismatch(
        path: path, gallery: "\(known) with \(dimensions) numbers",
        model: "\(model) with \(embedding.count)")
    }
    guard known == model else {
      throw GalleryError.modelMismatch(path: path, gallery: known, model: model)
    }
  }

  @discardableResult
  private static func insert(
    _ face: NewFace, _ ordinal: Int, of photo: PhotoID, _ db: Database, _ path: String
  ) throws -> FaceID {
    let name = try face.name.flatMap { $0.isEmpty ? nil : try nameID($0, db) }
    let (place, quality) = (face.geometry.box, face.quality)
    try db.cachedStatement(
      sql: """
        INSERT INTO face (id, photo, ordinal, name, x, y, width, height, score, landmarks, size,
          sharpness, yaw, pitch, roll, inside, confidence, brightness, contrast, drawn, embedding)
        VALUES (
          -- Of all that ever were: a number is no other face's later.
          1 + COALESCE((SELECT MAX(face) FROM face_change), 0),
          ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        photo, ordinal, name, place.x, place.y, place.width, place.height, Double(face.score),
        FloatBlob.data(face.geometry.landmarks), quality.size, quality.sharpness, quality.yaw,
        quality.pitch, quality.roll, quality.inside, quality.confidence, quality.brightness,
        quality.contrast, face.isDrawn,
        FloatBlob.data(face.missing == nil ? face.embedding.values : []),
      ])
    let id = FaceID(db.lastInsertedRowID)
    if let missing = face.missing { try insert(missing, face: id, db) }
    if !face.thumbnail.isEmpty {
      try db.execute(
        sql: "INSERT INTO thumbnail (face, jpeg) VALUES (?, ?)", arguments: [id, face.thumbnail])
    }
    for (key, vector) in face.attributes {
      guard vector.count > 0, vector.isFinite else {
        throw GalleryError.unusable(path: path, detail: "a vector of \(key) that is not a vector")
      }
      try db.execute(
        sql: "INSERT INTO attribute_vector VALUES (?, ?, ?)",
        arguments: [id, key, FloatBlob.data(vector.values)])
    }
    try insert(labels: face.labels, of: id, db, path)
    return id
  }

  /// The row of a name, which is made if need be.
  static func nameID(_ name: String, _ db: Database) throws -> Int64 {
    let composed = name.precomposedStringWithCanonicalMapping
    if let id = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM name WHERE name = ?"), arguments: [composed])
    {
      return id
    }
    try db.execute(
      sql: "INSERT INTO name (name, created) VALUES (?, ?)",
      arguments: [composed, Date().timeIntervalSince1970])
    return db.lastInsertedRowID
  }

  /// The SHA-256 digests of all photos.
  public func digests() throws(GalleryError) -> Set<String> {
    try read { try String.fetchSet($0, sql: "SELECT digest FROM photo") }
  }

  /// Notes when photos were taken of which it was not read before.
  /// - Parameter taken: by the photos' digests.
  /// - Returns: of how many it is known now.
  public func note(taken: [String: PhotoTaken]) throws(GalleryError) -> Int {
    guard !taken.isEmpty else { return 0 }
    return try write { db in
      let statement = try db.cachedStatement(
        sql: "UPDATE photo SET taken = ? WHERE digest = ? AND taken IS NULL")
      var count = 0
      for (digest, taken) in taken where taken != .unread {
        try statement.execute(arguments: [taken.stored, digest])
        if db.changesCount > 0, taken.time != nil { count += 1 }
      }
      return count
    }
  }

  /// The paths of the photos of which it was not read yet when they were taken.
  public func pathsOfUnreadTimes() throws(GalleryError) -> Set<String> {
    try read { try String.fetchSet($0, sql: "SELECT path FROM photo WHERE taken IS NULL") }
  }

  /// The files that the photos were last seen in.
  public func knownFiles() throws(GalleryError) -> Set<PhotoFile> {
    try read { db in
      var files: Set<PhotoFile> = []
      let rows = try Row.fetchCursor(db, sql: "SELECT path, bytes, modified FROM photo")
      while let row = try rows.next() {
        files.insert(
          PhotoFile(
            path: try row.value(0), bytes: try row.value(1), modified: try row.value(2)))
      }
      return files
    }
  }
}
