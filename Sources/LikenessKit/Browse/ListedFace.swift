import GalleryCore
import LikenessCore

/// A face of a gallery, as it is listed and exported.
public struct ListedFace: Sendable, Codable {
  /// Its id in the gallery.
  public var face: FaceID
  /// The face's name; nil without one.
  public var name: String?
  /// The path of its photo.
  public var photo: String
  /// Its place among the faces of its photo, 0 for the most prominent.
  public var ordinal: Int
  /// Where it is, in pixels of the upright photo.
  public var box: Box
  /// How sure the detector was, from 0 to 1.
  public var score: Float
  /// How well it can be judged, from 0 to 1.
  public var quality: Double
  /// The probability that it is a face at all; nil if it was not measured.
  @OrNull public var confidence: Double?
  /// Whether it is likely not a face.
  public var doubtful: Bool
  /// Whether the user hid it, one by one or with its person.
  public var hidden: Bool
  /// Whether the user drew its box, since no detector had found it.
  public var drawn: Bool
  /// Whether it has an embedding of the gallery's model, without which it is never an answer.
  public var embedded: Bool
  /// Five points, x and y.
  public var landmarks: [[Float]]
  /// The face's labels: values by key.
  public var labels: [String: String]
  /// The embedding, `(d,)`; only if requested.
  public var embedding: [Float]?
  /// The embedding along principal components; only if requested.
  public var components: [Float]?

  /// - Parameter photo: its photo's path.
  init(
    _ face: StoredFace, photo: String?, labels: [String: String], isHidden: Bool, isEmbedded: Bool,
    embedding: [Float]?, components: [Float]?
  ) {
    (self.face, name, self.photo) = (face.id, face.name, photo ?? "")
    (ordinal, box, score) = (face.ordinal, face.geometry.box, face.score)
    (quality, doubtful) = (face.quality.overall, face.quality.isDoubtful)
    confidence = face.quality.confidence
    (hidden, drawn, embedded) = (isHidden, face.isDrawn, isEmbedded)
    (landmarks, self.labels) = (face.geometry.landmarkPairs, labels)
    (self.embedding, self.components) = (embedding, components)
  }
}

/// Which principal components of a gallery's embeddings are wanted.
public struct ComponentOptions: Sendable, Equatable {
  /// How many, those of the largest variance first: up to the number of faces, or of the embeddings' dimensions where
  /// these are fewer.
  public var count: Int
  /// Whether dimensions are standardized first: less their mean, over their standard deviation.
  public var isStandardized: Bool

  /// The first `count` components, of dimensions as they are unless they are to be standardized.
  public init(count: Int, isStandardized: Bool = false) {
    (self.count, self.isStandardized) = (count, isStandardized)
  }
}
