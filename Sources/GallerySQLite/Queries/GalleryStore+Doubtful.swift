import GRDB
import GalleryCore
import LikenessCore

/// Doubtful faces: those that are likely not faces.
extension GalleryStore {
  /// NULL where it was not measured, which counts as certain.
  static let isDoubtful = "face.confidence < \(FaceQuality.minimumConfidence)"

  /// The faces that are likely not faces.
  public func doubtfulFaces() throws(GalleryError) -> Set<FaceID> {
    try read { try FaceID.fetchSet($0, sql: "SELECT id FROM face WHERE \(Self.isDoubtful)") }
  }

  /// Confirms that some doubtful faces are faces.
  /// - Throws: `GalleryError`
  public func confirm(faces: some Collection<FaceID>) throws(GalleryError) {
    try write { try Self.confirm(faces, $0) }
  }

  /// What the user says something of is a face.
  static func confirm(_ faces: some Sequence<FaceID>, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE face SET confidence = 1 WHERE id = ? AND \(isDoubtful)")
    for face in faces { try statement.execute(arguments: [face]) }
  }
}
