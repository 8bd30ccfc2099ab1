import Foundation
import LikenessKit

/// A face of the gallery.
struct FaceAnswer: Encodable, Sendable {
  var face: FaceID
  var photo: PhotoID
  var ordinal: Int
  @OrNull var name: String?
  @OrNull var person: PersonID?
  var box: Box
  var score: Float
  var quality: Double
  @OrNull var confidence: Double?
  var doubtful: Bool
  /// Whether the user drew its box, since no detector had found it.
  var drawn: Bool
  /// Whether its landmarks were estimated from that box.
  var landmarksEstimated: Bool
  var landmarks: [[Float]]
  var labels: [String: String]
  /// Whether a picture of it is kept.
  var thumbnail: Bool
  /// Whether it has an embedding of the gallery's model, without which it is not an answer.
  var embedded: Bool
  /// Whether the user hid it, by itself or with its person.
  var hidden: Bool
  /// Only where it was asked for.
  var embedding: [Float]?

  init(_ entry: FaceEntry, embedding: Embedding? = nil) {
    let (stored, place) = (entry.face, entry.face.geometry)
    (face, photo, ordinal) = (stored.id, stored.photo, stored.ordinal)
    (name, person, labels) = (entry.name, entry.person, entry.labels)
    box = place.box
    score = stored.score
    quality = stored.quality.overall
    (confidence, doubtful) = (stored.quality.confidence, stored.quality.isDoubtful)
    (drawn, landmarksEstimated) = (stored.isDrawn, stored.hasEstimatedLandmarks)
    landmarks = place.landmarkPairs
    (thumbnail, embedded) = (entry.hasThumbnail, entry.isEmbedded)
    hidden = entry.isHidden
    self.embedding = embedding?.values
  }
}

/// A face that was just found on a photo.
struct FoundFaceAnswer: Encodable, Sendable {
  var box: Box
  var score: Float
  var quality: Double
  @OrNull var confidence: Double?
  var doubtful: Bool
  /// What to know before trusting an answer about it.
  var remarks: [String]
  var landmarks: [[Double]]
  var embedding: [Float]?

  init(_ face: Face, withEmbedding: Bool = false) {
    (box, score, quality) = (face.box, face.score, face.quality.overall)
    (confidence, doubtful) = (face.quality.confidence, face.quality.isDoubtful)
    remarks = face.quality.remarks
    landmarks = face.landmarks.points.map { [$0.x, $0.y] }
    embedding = withEmbedding ? face.embedding.values : nil
  }
}

/// A face of the gallery that answers a question.
struct MatchAnswer: Encodable, Sendable {
  var rank: Int
  var face: FaceID
  var photo: PhotoID
  var title: String
  var ordinal: Int
  @OrNull var name: String?
  @OrNull var person: PersonID?
  var distance: Float
  var probability: Float
  var labels: [String: String]
  var doubtful: Bool

  init(_ match: Match) {
    (rank, face, photo, title) = (match.rank, match.face, match.photoID, match.title)
    (ordinal, name, person) = (match.ordinal, match.name, match.person)
    (distance, probability, labels) = (match.distance, match.probability, match.labels)
    doubtful = match.isDoubtful
  }
}

/// A photo of the gallery.
struct PhotoAnswer: Encodable, Sendable {
  var photo: PhotoID
  var title: String
  var width: Int
  var height: Int
  var turned: Int
  var added: String
  /// By the camera's clock.
  @OrNull var taken: CaptureTime?
  var faces: Int
  /// Whether the photo itself can be shown.
  var image: Bool
  /// Whether it is a file of its owner, beside which names can be written.
  var file: Bool
  /// Names of people whom it shows somewhere, where one photo was asked for.
  var candidates: [String]?
  /// Its faces, where one photo was asked for.
  var items: [FaceAnswer]?

  init(_ entry: PhotoEntry, items: [FaceAnswer]? = nil) {
    let stored = entry.photo
    (photo, title, width, height) = (stored.id, stored.name, stored.width, stored.height)
    (turned, faces) = (stored.turned, entry.faces)
    added = stored.added.formatted(.iso8601)
    taken = stored.taken.time
    image = access(stored.path, R_OK) == 0
    file = image && stored.ownFile != nil
    self.items = items
  }

  init(_ entry: PhotoEntry, items: [FaceAnswer], candidates: [String]) {
    self.init(entry, items: items)
    self.candidates = candidates
  }
}

/// What was removed, in numbers, whose name is gone with it, and which photos still show it.
struct ReceiptAnswer: Encodable, Sendable {
  /// A photo that stays, since it shows others, too. Its title is kept as well.
  struct Shared: Encodable, Sendable {
    var photo: PhotoID
    var title: String
    var faces: Int
    var kept: Bool
    var blurred: Bool
  }

  var names: [String]
  var photos: Int
  var faces: Int
  var thumbnails: Int
  var files: Int
  var sharedPhotos: [Shared]
  var tracesRemain: Bool

  init(_ receipt: RemovalReceipt) {
    (names, photos, faces) = (receipt.names, receipt.photos.count, receipt.faces.count)
    (thumbnails, files) = (receipt.thumbnails, receipt.files)
    sharedPhotos = receipt.sharedPhotos.map {
      Shared(
        photo: $0.id, title: $0.title, faces: $0.faces, kept: $0.isKept, blurred: $0.isBlurred)
    }
    tracesRemain = receipt.tracesRemain
  }
}

extension QueryParameters {
  /// What becomes of photos that show others than those who are removed.
  /// - Throws: `ServerError` with the code `bad_parameter`
  func sharedPhotos() throws -> Removal.SharedPhotos {
    let (blurs, removes) = (try flag("blur"), try flag("withPhotos"))
    guard !blurs || !removes else {
      throw ServerError.badParameter("withPhotos", "false where blur is true")
    }
    return blurs ? .blur : removes ? .remove : .keep
  }
}
