import GRDB
import GalleryCore
import LikenessCore

/// How rows are read.
extension GalleryStore {
  /// The name that a face goes by, of `namedFaces`: the one that the user gave to its person, else the one that it was
  /// added by. If the user put it to somebody else than the person of that name, it has none.
  static let goesBy = "COALESCE(person.name, \(ownName))"

  /// The same without the name of its person.
  static let ownName = """
    CASE WHEN person_face.pinned AND EXISTS (
      SELECT 1 FROM person AS bearer WHERE bearer.name = name.name) THEN NULL ELSE name.name END
    """

  /// Faces with what `goesBy` needs.
  static let namedFaces = """
    face LEFT JOIN name ON name.id = face.name
    LEFT JOIN person_face ON person_face.face = face.id
    LEFT JOIN person ON person.id = person_face.person
    """

  /// What `face(_:)` reads, of `namedFaces`.
  static let faceColumns = faceColumns(name: goesBy)

  /// The same with another name, such as the one that faces were added by.
  static func faceColumns(name: String) -> String {
    """
    face.id, face.photo, face.ordinal, \(name), face.x, face.y, face.width, face.height,
    face.score, face.landmarks, face.size, face.sharpness, face.yaw, face.pitch, face.roll,
    face.inside, face.confidence, face.brightness, face.contrast, face.drawn
    """
  }

  /// How many columns these are: what a query reads besides comes after them.
  static let faceColumnCount = 20

  static func face(_ row: Row) throws -> StoredFace {
    let geometry = FaceGeometry(
      x: try row.value(4), y: try row.value(5), width: try row.value(6),
      height: try row.value(7), landmarks: FloatBlob.floats(try row.value(9)))
    guard geometry.isPossible else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "a face lies where no photo has anything")
    }
    return StoredFace(
      id: try row.value(0), photo: try row.value(1), ordinal: try row.value(2),
      name: try row.value(3), geometry: geometry,
      score: Float(try row.value(8, as: Double.self)),
      quality: FaceQuality(
        size: try row.value(10), sharpness: try row.value(11), yaw: try row.value(12),
        pitch: try row.value(13), roll: try row.value(14), inside: try row.value(15),
        confidence: try row.value(16), brightness: try row.value(17),
        contrast: try row.value(18)), isDrawn: try row.value(19))
  }

  static func meta(_ key: String, _ db: Database) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?"), arguments: [key])
  }
}
