import Foundation
import GRDB
import GalleryCore
import LikenessCore

/// The similarity graph. Links go with their faces.
extension GalleryStore {
  /// All links, in the order of their faces.
  public func links() throws(GalleryError) -> [FaceLink] {
    try read { db in
      try Self.links(
        try Row.fetchCursor(
          db, sql: "SELECT low, high, distance FROM same_link ORDER BY low, high"))
    }
  }

  /// The links that some faces have, each once, in the order of their faces.
  public func links(of faces: some Collection<FaceID>) throws(GalleryError) -> [FaceLink] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT low, high, distance FROM same_link WHERE low = :face
          UNION ALL SELECT low, high, distance FROM same_link WHERE high = :face
          """)
      var found: Set<FaceLink> = []
      for face in faces {
        found.formUnion(
          try Self.links(try Row.fetchCursor(statement, arguments: ["face": face])))
      }
      return found.sorted { ($0.low, $0.high) < ($1.low, $1.high) }
    }
  }

  private static func links(_ rows: RowCursor) throws -> [FaceLink] {
    var links: [FaceLink] = []
    while let row = try rows.next() {
      let (low, high): (FaceID, FaceID) = (try row.value(0), try row.value(1))
      guard low < high else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a link from \(low) to \(high)")
      }
      links.append(FaceLink(low, high, distance: try row.value(2)))
    }
    return links
  }

  /// What the links were computed from; nil before the first.
  public func linkState() throws(GalleryError) -> LinkState? {
    try read { db in
      try Self.meta("links", db).flatMap {
        try? JSONDecoder().decode(LinkState.self, from: Data($0.utf8))
      }
    }
  }

  /// Replaces all links. Links of faces that do not exist, or that were added or removed after
  /// `state.revision`, are left out.
  public func replaceLinks(
    _ links: some Sequence<FaceLink>, state: LinkState
  ) throws(GalleryError) {
    try write { db in
      try db.execute(sql: "DELETE FROM same_link")
      try Self.insert(links, state, db)
    }
  }

  /// Adds links; a pair that has one already gets the new distance.
  public func addLinks(_ links: some Sequence<FaceLink>, state: LinkState) throws(GalleryError) {
    try write { try Self.insert(links, state, $0) }
  }

  private static func insert(
    _ links: some Sequence<FaceLink>, _ state: LinkState, _ db: Database
  ) throws {
    let changed = try FaceID.fetchSet(
      db, sql: "SELECT face FROM face_change WHERE revision > ?", arguments: [state.revision])
    let known = try FaceID.fetchSet(db, sql: "SELECT id FROM face")
    let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO same_link VALUES (?, ?, ?)")
    for link in links {
      guard known.contains(link.low), known.contains(link.high), !changed.contains(link.low),
        !changed.contains(link.high)
      else { continue }
      try statement.execute(arguments: [link.low, link.high, link.distance])
    }
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('links', ?)", arguments: [text])
  }
}
