import Foundation
import GRDB

extension GalleryStore {
  /// Gives a name another spelling.
  /// - Parameters:
  ///   - name: as it is written in the gallery.
  ///   - newName: kept in Unicode's composed form.
  ///   - merging: gives the faces of `name` to `newName` where there is one already. This cannot be
  ///     undone: which face went by which name is not kept.
  /// - Throws: `GalleryError.unknownName`, `.nameTaken` unless `merging`, `.unusable` for an empty
  ///   name
  public func rename(
    _ name: String, to newName: String, merging: Bool = false
  ) throws(GalleryError) {
    let (path, newName) = (path, try Self.usable(newName, path))
    try write { db in
      let name = name.precomposedStringWithCanonicalMapping
      guard let id = try Self.id(of: name, db) else {
        throw GalleryError.unknownName(path: path, name: name)
      }
      guard let other = try Self.id(of: newName, db) else {
        try db.execute(sql: "UPDATE name SET name = ? WHERE id = ?", arguments: [newName, id])
        return
      }
      if other == id { return }
      guard merging else { throw GalleryError.nameTaken(path: path, name: newName) }
      try db.execute(sql: "UPDATE face SET name = ? WHERE name = ?", arguments: [other, id])
      try Self.removeUnused(names: [id], db)
    }
  }

  /// Says whose face it is, or with nil that nobody knows. A name that no face is left of goes.
  /// - Throws: `GalleryError.unknownFace`, `.unusable` for an empty name
  public func setName(_ name: String?, face: Int64) throws(GalleryError) {
    let path = path
    var text: String?
    if let name { text = try Self.usable(name, path) }
    try write { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT name FROM face WHERE id = ?", arguments: [face])
      else { throw GalleryError.unknownFace(path: path, face: face) }
      let id = try text.map { try Self.nameID($0, db) }
      let old: Int64? = try row.value(0)
      guard old != id else { return }
      try db.execute(sql: "UPDATE face SET name = ? WHERE id = ?", arguments: [id, face])
      if let old { try Self.removeUnused(names: [old], db) }
    }
  }

  private static func id(of name: String, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT id FROM name WHERE name = ?", arguments: [name])
  }

  static func usable(_ name: String, _ path: String) throws(GalleryError) -> String {
    guard !name.allSatisfy(\.isWhitespace) else {
      throw .unusable(path: path, detail: "a name without a letter")
    }
    return name.precomposedStringWithCanonicalMapping
  }
}
