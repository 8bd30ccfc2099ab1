import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// All faces in the order of their ids, without what takes much memory.
  public func outlines() throws(GalleryError) -> [FaceOutline] {
    try read { db in
      var outlines: [FaceOutline] = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT face.id, face.photo, photo.path, face.ordinal, \(Self.goesBy), \(Self.isDoubtful),
            \(Self.isEmbedded)
          FROM \(Self.namedFaces) JOIN photo ON photo.id = face.photo
          ORDER BY face.id
          """)
      while let row = try rows.next() {
        outlines.append(
          FaceOutline(
            id: try row.value(0), photo: try row.value(1), path: place(try row.value(2)),
            ordinal: try row.value(3), name: try row.value(4),
            isDoubtful: try row.value(5) ?? false, isEmbedded: try row.value(6)))
      }
      return outlines
    }
  }

  /// The embeddings of some of the faces that have one and are not doubtful, and how many of these there are.
  ///
  /// Those of the first photos by their digests: in effect a random sample, the same in every gallery of the same photos,
  /// and nearly the same after a few came or went.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  /// - Throws: `GalleryError`; `.damaged` if an embedding is not whole.
  public func sample(
    most: Int
  ) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)? {
    let path = path
    return try read { db in
      // Both are counted in indexes; a condition on all faces would read them.
      let count =
        (try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face") ?? 0)
        - (try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face WHERE \(Self.isDoubtful)") ?? 0)
        - (try Int.fetchOne(
          db,
          sql: """
            SELECT COUNT(*) FROM missing_embedding JOIN face ON face.id = missing_embedding.face
            WHERE (\(Self.isDoubtful)) IS NOT TRUE
            """) ?? 0)
      guard let dimensions = try Self.meta("dimensions", db).flatMap({ Int($0) }), count > 0 else {
        return nil
      }
      var values: [Float] = []
      values.reserveCapacity(min(most, count) * dimensions)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT face.id, embedding FROM photo JOIN face ON face.photo = photo.id
          WHERE (\(Self.isDoubtful)) IS NOT TRUE AND \(Self.isEmbedded)
          ORDER BY digest, ordinal LIMIT ?
          """, arguments: [most])
      while let row = try rows.next() {
        let whole = values.count + dimensions
        try row.withUnsafeData(atIndex: 1) { data in
          data?.withUnsafeBytes { FloatBlob.append($0, to: &values) }
        }
        guard values.count == whole else {
          let id: FaceID = try row.value(0)
          throw GalleryError.damaged(path: path, detail: "face \(id) has no whole embedding")
        }
      }
      return (EmbeddingMatrix(dimensions: dimensions, values: values), count)
    }
  }
}
