import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// Everything stored of those of some photos that exist.
  public func contents(ofPhotos ids: [PhotoID]) throws(GalleryError) -> [PhotoContent] {
    try read { db in
      try ids.compactMap { id in
        guard let photo = try photos("WHERE id = ?", [id], db).first,
          let file = try Row.fetchOne(
            db, sql: "SELECT bytes, modified FROM photo WHERE id = ?", arguments: [id])
        else { return nil }
        let faces = try Self.contents(ofFacesIn: id, db)
        var content = NewPhoto(
          digest: photo.digest,
          file: PhotoFile(
            path: photo.path, bytes: try file.value(0), modified: try file.value(1)),
          width: photo.width, height: photo.height, turned: photo.turned,
          detector: photo.detector, title: photo.title, faces: faces.map(\.content))
        content.added = photo.added
        content.taken = photo.taken
        content.candidates = try Self.candidates(of: id, db)
        return PhotoContent(
          id: id, photo: content, faces: faces.map(\.id), isKept: photo.isKept)
      }
    }
  }

  private static func contents(
    ofFacesIn photo: PhotoID, _ db: Database
  ) throws -> [(id: FaceID, content: NewFace)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT \(faceColumns(name: "name.name")), face.embedding, thumbnail.jpeg, missing.reason, missing.model,
            missing.model_file, missing.embedding
          FROM face LEFT JOIN name ON name.id = face.name
          LEFT JOIN thumbnail ON thumbnail.face = face.id
          LEFT JOIN missing_embedding AS missing ON missing.face = face.id
          WHERE face.photo = ? ORDER BY face.ordinal
          """), arguments: [photo]
    ).map { row in
      let face = try Self.face(row)
      var content = NewFace(
        name: face.name, geometry: face.geometry, score: face.score, quality: face.quality,
        embedding: Embedding(FloatBlob.floats(try row.value(Self.faceColumnCount))),
        thumbnail: try row.value(Self.faceColumnCount + 1, as: Data?.self) ?? Data())
      content.ordinal = face.ordinal
      content.isDrawn = face.isDrawn
      if let reason: String = try row.value(Self.faceColumnCount + 2, as: String?.self) {
        content.missing = MissingEmbedding(
          reason: reason,
          formerModel: try row.value(Self.faceColumnCount + 3, as: String?.self).map {
            EmbeddingModel(
              name: $0, file: try row.value(Self.faceColumnCount + 4, as: String?.self))
          }, former: Embedding(FloatBlob.floats(try row.value(Self.faceColumnCount + 5))))
      }
      for label in try Row.fetchAll(
        db.cachedStatement(sql: "SELECT key, value FROM face_label WHERE face = ?"),
        arguments: [face.id])
      {
        content.labels[try label.value(0)] = try label.value(1, as: String.self)
      }
      for vector in try Row.fetchAll(
        db.cachedStatement(sql: "SELECT key, vector FROM attribute_vector WHERE face = ?"),
        arguments: [face.id])
      {
        content.attributes[try vector.value(0)] = Embedding(
          FloatBlob.floats(try vector.value(1)))
      }
      return (face.id, content)
    }
  }
}
