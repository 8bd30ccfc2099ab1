import Foundation
import GRDB
import Vectors

extension GalleryStore {
  /// All faces in the order of their ids, without what takes much memory.
  public func outlines() throws(GalleryError) -> [FaceOutline] {
    try read { db in
      var outlines: [FaceOutline] = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT face.id, face.photo, photo.path, face.ordinal, name.name
          FROM face JOIN photo ON photo.id = face.photo LEFT JOIN name ON name.id = face.name
          ORDER BY face.id
          """)
      while let row = try rows.next() {
        outlines.append(
          FaceOutline(
            id: try row.value(0), photo: try row.value(1), path: place(try row.value(2)),
            ordinal: try row.value(3), name: try row.value(4)))
      }
      return outlines
    }
  }

  /// The embeddings of some of the faces, and how many faces there are.
  ///
  /// Which ones is as good as drawn by lot, but the same each time, and nearly the same after a few came
  /// or went.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  /// - Throws: `GalleryError`; `.damaged` if an embedding is not whole.
  public func sample(
    most: Int
  ) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)? {
    let path = path
    return try read { db in
      // The index of photos holds the ids as well, and is much smaller than the table.
      var ids = try Int64.fetchAll(db, sql: "SELECT id FROM face")
      let count = ids.count
      if count > most {
        ids = ids.map { (Self.scattered($0), $0) }.sorted { $0 < $1 }.prefix(most).map(\.1)
      }
      ids.sort()
      guard let dimensions = try Self.meta("dimensions", db).flatMap({ Int($0) }), count > 0 else {
        return nil
      }
      var values: [Float] = []
      values.reserveCapacity(ids.count * dimensions)
      let statement = try db.cachedStatement(sql: "SELECT embedding FROM face WHERE id = ?")
      for (number, id) in ids.enumerated() {
        let data = try Data.fetchOne(statement, arguments: [id]) ?? Data()
        data.withUnsafeBytes { FloatBlob.append($0, to: &values) }
        guard values.count == (number + 1) * dimensions else {
          throw GalleryError.damaged(path: path, detail: "face \(id) has no whole embedding")
        }
      }
      return (EmbeddingMatrix(dimensions: dimensions, values: values), count)
    }
  }

  /// The last step of SplitMix64 (Steele, Lea and Flood 2014), which leaves no order of the numbers.
  private static func scattered(_ id: Int64) -> UInt64 {
    var z = UInt64(bitPattern: id) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
