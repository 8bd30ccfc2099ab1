import Foundation
import GRDB

extension GalleryStore {
  /// Takes out a name with all of its faces, and photos that no face is left in.
  /// - Returns: what went; empty if there is no such name.
  public func remove(name: String) throws(GalleryError) -> RemovalReceipt {
    try remove(
      faces: "SELECT id FROM face WHERE name = (SELECT id FROM name WHERE name = ?)",
      [name.precomposedStringWithCanonicalMapping])
  }

  /// Takes out a photo with all of its faces.
  public func remove(photo: Int64) throws(GalleryError) -> RemovalReceipt {
    var receipt = try remove(faces: "SELECT id FROM face WHERE photo = ?", [photo])
    // A photo without a face goes as well when it is asked for by itself.
    let rest = try write { db -> [String] in
      let paths = try String.fetchAll(
        db, sql: "DELETE FROM photo WHERE id = ? RETURNING path", arguments: [photo])
      return paths
    }
    receipt.photos += rest
    return receipt
  }

  /// Takes out one face, its name if it was the last of it, and its photo if it was the last there.
  public func remove(face: Int64) throws(GalleryError) -> RemovalReceipt {
    try remove(faces: "SELECT id FROM face WHERE id = ?", [face])
  }

  private func remove(
    faces selection: String, _ arguments: StatementArguments
  ) throws(GalleryError) -> RemovalReceipt {
    let receipt = try write { db -> RemovalReceipt in
      var receipt = RemovalReceipt()
      receipt.faces = try Int64.fetchAll(db, sql: selection, arguments: arguments)
      var photos: Set<Int64> = []
      for face in receipt.faces {
        if let photo = try Int64.fetchOne(
          db, sql: "DELETE FROM face WHERE id = ? RETURNING photo", arguments: [face])
        {
          photos.insert(photo)
        }
      }
      for photo in photos.sorted() {
        receipt.photos += try String.fetchAll(
          db,
          sql: """
            DELETE FROM photo WHERE id = ?
              AND NOT EXISTS (SELECT 1 FROM face WHERE face.photo = photo.id)
            RETURNING path
            """, arguments: [photo])
      }
      receipt.names = try String.fetchAll(
        db,
        sql: """
          DELETE FROM name WHERE NOT EXISTS (SELECT 1 FROM face WHERE face.name = name.id)
          RETURNING name
          """)
      return receipt
    }
    // The write-ahead log still has the old pages.
    do {
      _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    } catch {
      throw GalleryError(error, path: path)
    }
    return receipt
  }
}
