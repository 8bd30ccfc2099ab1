import GalleryCore
import LikenessCore

extension Condition {
  // As `FaceFields.quality` has it.

  /// Whether the face has an embedding or not.
  static let isDoubtful = Condition.either(
    .both(.below(FaceFields.quality, 0), .isEmbedded), .below(FaceFields.quality, -3.5))
  /// Of those with an embedding.
  static let isCertain = Condition.atLeast(FaceFields.quality, 0)
  static let isEmbedded = Condition.atLeast(FaceFields.quality, -1)
  static let isUnembedded = Condition.below(FaceFields.quality, -1.5)
}

/// Faces that are likely none.
extension MilvusGallery {
  public func doubtfulFaces() throws(GalleryError) -> Set<FaceID> { try ids(.isDoubtful) }

  public func certainFaceCount() throws(GalleryError) -> Int { try count(.isCertain) }

  /// Says that some doubtful faces are faces; others stay as they are.
  public func confirm(faces ids: some Collection<FaceID>) throws(GalleryError) {
    try beginWriting()
    guard try galleryModel() != nil else { return }
    var doubtful: [FaceRow] = []
    for some in Array(ids).parts(of: Self.page) {
      guard let condition = Condition.all([.isDoubtful, .among(FaceFields.id, some)]) else {
        continue
      }
      let rows = try ask { () throws(MilvusError) in try faces.rows(condition, FaceFields.all) }
      doubtful += try decoded { try [FaceRow](rows) }
    }
    guard !doubtful.isEmpty else { return }
    try put(doubtful.map(confirmed))
    try markUnsorted(doubtful)
    try put([newRevision])
  }

  /// Gives faces that were confirmed the confidence back that they had.
  func doubt(_ confidences: [FaceID: Double]) throws(GalleryError) {
    guard !confidences.isEmpty else { return }
    let found = try rows(of: confidences.keys.sorted(), withEmbeddings: true)
    try put(
      found.map { row in
        var row = row
        row.details.confidence = confidences[row.id]
        row.quality = quality(row.details)
        return row
      })
  }

  /// The same face without doubt.
  func confirmed(_ row: FaceRow) -> FaceRow {
    guard row.details.quality.isDoubtful else { return row }
    var row = row
    row.details.confidence = 1
    row.quality = quality(row.details)
    return row
  }

  /// Says that faces that were doubtful have no people yet.
  func markUnsorted(_ rows: [FaceRow]) throws(GalleryError) {
    let new = Dictionary(grouping: rows, by: \.photo).mapValues { Int64($0.count) }
    var waiting: [PhotoID: Int64] = [:]
    for record in try records(new.keys.map { Record.key(unsorted: $0) }) {
      waiting[PhotoID(record.number)] = record.count
    }
    try put(
      new.map { photo, count in
        Record(
          key: Record.key(unsorted: photo), kind: .unsorted, number: photo.rawValue,
          count: count + waiting[photo, default: 0])
      })
  }
}
