import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// What the model says of the faces' attributes, by face and key; empty for a model that makes nothing but
  /// embeddings.
  /// - Throws: `GalleryError`; `.damaged` if a vector is not whole.
  public func attributeVectors() throws(GalleryError) -> [FaceID: [String: Embedding]] {
    try attributeVectors(where: "1", [])
  }

  /// The same of one face; empty if there is no such face.
  public func attributeVectors(face: FaceID) throws(GalleryError) -> [String: Embedding] {
    try attributeVectors(where: "face = ?", [face])[face] ?? [:]
  }

  private func attributeVectors(
    where condition: String, _ arguments: StatementArguments
  ) throws(GalleryError) -> [FaceID: [String: Embedding]] {
    let path = path
    return try read { db in
      var vectors: [FaceID: [String: Embedding]] = [:]
      let rows = try Row.fetchCursor(
        db, sql: "SELECT face, key, vector FROM attribute_vector WHERE \(condition)",
        arguments: arguments)
      while let row = try rows.next() {
        let face: FaceID = try row.value(0)
        let vector = Embedding(FloatBlob.floats(try row.value(2)))
        guard vector.count > 0 else {
          throw GalleryError.damaged(path: path, detail: "face \(face) has no whole attribute")
        }
        vectors[face, default: [:]][try row.value(1)] = vector
      }
      return vectors
    }
  }
}
