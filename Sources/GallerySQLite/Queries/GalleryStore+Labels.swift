import Foundation
import GRDB
import GalleryCore
import LikenessCore

extension GalleryStore {
  /// The labels of all faces that have any, by face and key.
  public func labels() throws(GalleryError) -> [FaceID: [String: String]] {
    try read { db in
      var labels: [FaceID: [String: String]] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT face, key, value FROM face_label")
      while let row = try rows.next() {
        labels[try row.value(0), default: [:]][try row.value(1)] = try row.value(2, as: String.self)
      }
      return labels
    }
  }

  /// The labels of a face, by key; empty if there is no such face.
  public func labels(face: FaceID) throws(GalleryError) -> [String: String] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT key, value FROM face_label WHERE face = ?")
      var labels: [String: String] = [:]
      for row in try Row.fetchAll(statement, arguments: [face]) {
        labels[try row.value(0)] = try row.value(1, as: String.self)
      }
      return labels
    }
  }

  /// Every label that a face has, ordered by key and value.
  public func labelCounts() throws(GalleryError) -> [LabelCount] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT key, value, COUNT(*) FROM face_label GROUP BY key, value ORDER BY key, value
          """
      ).map {
        LabelCount(key: try $0.value(0), value: try $0.value(1), faces: try $0.value(2))
      }
    }
  }

  /// Sets and removes labels of faces atomically. A face has one value per key, and one that gets
  /// a label is no longer doubtful.
  /// - Parameter changes: by face. Keys and values are kept without the spaces around them.
  /// - Returns: the faces whose labels changed, in the order of their ids.
  /// - Throws: `GalleryError.unknownFace`, `.unusable` for a key or value that is empty or not of one line
  @discardableResult
  public func setLabels(_ changes: [FaceID: LabelChanges]) throws(GalleryError) -> [FaceID] {
    let path = path
    let (changed, hasTraces) = try write { db -> ([FaceID], Bool) in
      var changed: [FaceID] = []
      var hasTraces = false
      for (face, labels) in changes.sorted(by: { $0.key < $1.key }) {
        guard
          try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM face WHERE id = ?)", arguments: [face]) == true
        else { throw GalleryError.unknownFace(path: path, face: face) }
        var differs = false
        for (key, value) in labels {
          let key = try LabelRules.usable(key, "key", path)
          let old = try String.fetchOne(
            db, sql: "SELECT value FROM face_label WHERE face = ? AND key = ?",
            arguments: [face, key])
          let new = try value.map { try LabelRules.usable($0, "value", path) }
          guard old != new else { continue }
          differs = true
          // A value that another one replaces is overwritten; all of the database is written anew only for what is taken away.
          hasTraces = hasTraces || (old != nil && new == nil)
          if let new {
            try db.execute(
              sql: "INSERT OR REPLACE INTO face_label VALUES (?, ?, ?)",
              arguments: [face, key, new])
          } else {
            try db.execute(
              sql: "DELETE FROM face_label WHERE face = ? AND key = ?", arguments: [face, key])
          }
        }
        if labels.values.contains(where: { $0 != nil }) { try Self.confirm([face], db) }
        if differs { changed.append(face) }
        let count = try Int.fetchOne(
          db, sql: "SELECT COUNT(*) FROM face_label WHERE face = ?", arguments: [face])
        try LabelRules.check(count: count ?? 0, path)
      }
      if hasTraces { try Self.markTraces(db) }
      return (changed, hasTraces)
    }
    // Erases what was taken back. If that fails now, the next change does it.
    if hasTraces { _ = try? eraseTraces() }
    return changed
  }

  /// Gives a new face its labels.
  static func insert(labels: [String: String], of face: FaceID, _ db: Database, _ path: String)
    throws
  {
    for (key, value) in try LabelRules.usable(labels, path) {
      try db.execute(
        sql: "INSERT INTO face_label VALUES (?, ?, ?)", arguments: [face, key, value])
    }
  }
}
