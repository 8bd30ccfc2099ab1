import Foundation
import GRDB
import GalleryCore
import LikenessCore

/// Paging through a gallery.
extension GalleryStore {
  /// Whether there is any face; quicker than to count them.
  public func hasFaces() throws(GalleryError) -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM face)") ?? false }
  }

  /// How many faces there are, doubtful ones among them.
  public func faceCount() throws(GalleryError) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM face") ?? 0 }
  }

  /// How many photos there are.
  public func photoCount() throws(GalleryError) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM photo") ?? 0 }
  }

  /// Ids of faces above one, rising.
  public func faces(after id: FaceID, limit: Int) throws(GalleryError) -> [FaceID] {
    try read {
      try FaceID.fetchAll(
        $0, sql: "SELECT id FROM face WHERE id > ? ORDER BY id LIMIT ?", arguments: [id, limit])
    }
  }

  /// Photos of ids above one, in their order.
  public func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoEntry] {
    try entries(
      of: photos("WHERE id > ? ORDER BY id LIMIT ?", [id, limit]))
  }

  /// Those of some photos that are there.
  public func photoEntry(_ id: PhotoID) throws(GalleryError) -> PhotoEntry? {
    try entries(of: photos("WHERE id = ?", [id])).first
  }

  private func entries(of photos: [StoredPhoto]) throws(GalleryError) -> [PhotoEntry] {
    try read { db in
      let statement = try db.cachedStatement(sql: "SELECT COUNT(*) FROM face WHERE photo = ?")
      return try photos.map {
        PhotoEntry(photo: $0, faces: try Int.fetchOne(statement, arguments: [$0.id]) ?? 0)
      }
    }
  }

  /// Those of some faces that are there, in the order given.
  public func entries(of faces: some Collection<FaceID>) throws(GalleryError) -> [FaceEntry] {
    try read { try entries(of: faces, $0) }
  }

  private func entries(of faces: some Collection<FaceID>, _ db: Database) throws -> [FaceEntry] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.faceColumns), person_face.person,
          EXISTS (SELECT 1 FROM thumbnail WHERE thumbnail.face = face.id), \(Self.isEmbedded),
          COALESCE(person.hidden, 0) OR EXISTS (SELECT 1 FROM hidden_face WHERE hidden_face.face = face.id)
        FROM \(Self.namedFaces) WHERE face.id = ?
        """)
    let labelling = try db.cachedStatement(
      sql: "SELECT key, value FROM face_label WHERE face = ?")
    return try faces.compactMap { id in
      try Row.fetchOne(statement, arguments: [id]).map { row in
        var labels: [String: String] = [:]
        for label in try Row.fetchAll(labelling, arguments: [id]) {
          labels[try label.value(0)] = try label.value(1, as: String.self)
        }
        return FaceEntry(
          face: try Self.face(row), person: try row.value(Self.faceColumnCount), labels: labels,
          hasThumbnail: try row.value(Self.faceColumnCount + 1),
          isEmbedded: try row.value(Self.faceColumnCount + 2),
          isHidden: try row.value(Self.faceColumnCount + 3))
      }
    }
  }

  /// What answers tell of some faces, read in one transaction; faces that are gone or have no embedding are left out.
  public func answers(
    of faces: some Collection<FaceID>
  ) throws(GalleryError) -> [(entry: FaceEntry, embedding: Embedding, photo: StoredPhoto)] {
    try read { db in
      let embeddings = try db.cachedStatement(
        sql: "SELECT embedding FROM face WHERE id = ? AND \(Self.isEmbedded)")
      var photos: [PhotoID: StoredPhoto] = [:]
      return try entries(of: faces, db).compactMap { entry in
        if photos[entry.face.photo] == nil {
          photos[entry.face.photo] = try self.photos("WHERE id = ?", [entry.face.photo], db).first
        }
        guard let photo = photos[entry.face.photo],
          let data = try Data.fetchOne(embeddings, arguments: [entry.face.id])
        else { return nil }
        return (entry, Embedding(FloatBlob.floats(data)), photo)
      }
    }
  }

  /// The faces that were sorted to some people.
  public func faces(ofPeople people: some Collection<PersonID>) throws(GalleryError) -> Set<FaceID>
  {
    try read { db in
      let statement = try db.cachedStatement(sql: "SELECT face FROM person_face WHERE person = ?")
      var faces: Set<FaceID> = []
      for person in people {
        faces.formUnion(try FaceID.fetchAll(statement, arguments: [person]))
      }
      return faces
    }
  }

  /// The people whom some faces were sorted to, by the faces' ids.
  public func people(ofFaces faces: some Collection<FaceID>) throws(GalleryError) -> [FaceID:
    PersonID]
  {
    try lookUp("SELECT person FROM person_face WHERE face = ?", faces)
  }

  /// The ids of the photos of some faces, by the faces' ids.
  public func photos(
    ofFaces faces: some Collection<FaceID>
  ) throws(GalleryError) -> [FaceID: PhotoID] {
    try lookUp("SELECT photo FROM face WHERE id = ?", faces)
  }

  private func lookUp<ID: RecordID & DatabaseValueConvertible & StatementColumnConvertible>(
    _ sql: String, _ faces: some Collection<FaceID>
  ) throws(GalleryError) -> [FaceID: ID] {
    try read { db in
      let statement = try db.cachedStatement(sql: sql)
      var found: [FaceID: ID] = [:]
      for face in faces { found[face] = try ID.fetchOne(statement, arguments: [face]) }
      return found
    }
  }

  /// The faces that have all of some labels.
  public func faces(labelled labels: [String: String]) throws(GalleryError) -> Set<FaceID> {
    try read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT face FROM face_label WHERE key = ? AND value = ?")
      var faces: Set<FaceID>?
      for (key, value) in labels {
        let some = try FaceID.fetchSet(statement, arguments: [key, value])
        faces = faces.map { $0.intersection(some) } ?? some
      }
      return faces ?? []
    }
  }

  /// The faces of at least a given quality, from 0 to 1.
  public func faces(ofQuality minimum: Double) throws(GalleryError) -> Set<FaceID> {
    try read { db in
      var faces: Set<FaceID> = []
      let rows = try Row.fetchCursor(
        db, sql: "SELECT id, size, sharpness, yaw, pitch, roll, inside, confidence FROM face")
      while let row = try rows.next() {
        let quality = FaceQuality(
          size: try row.value(1), sharpness: try row.value(2), yaw: try row.value(3),
          pitch: try row.value(4), roll: try row.value(5), inside: try row.value(6),
          confidence: try row.value(7))
        if quality.overall >= minimum { faces.insert(try row.value(0)) }
      }
      return faces
    }
  }
}
