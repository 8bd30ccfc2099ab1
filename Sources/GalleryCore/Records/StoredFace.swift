import Foundation
import LikenessCore

/// Where a face is, in pixels of the upright photo at full size.
public struct FaceGeometry: Sendable, Hashable {
  /// The face's box.
  public var box: Box
  /// The x and y of five points in turn, `(10,)`; empty where none are known.
  public var landmarks: [Float]

  /// A box and five landmarks.
  public init(box: Box, landmarks: [Float]) {
    (self.box, self.landmarks) = (box, landmarks)
  }

  /// A box, by its left and upper edge and its size, and five landmarks.
  public init(x: Double, y: Double, width: Double, height: Double, landmarks: [Float]) {
    self.init(box: Box(x: x, y: y, width: width, height: height), landmarks: landmarks)
  }

  /// Whether any photo could have a face there: of damaged records, numbers may be anything.
  package var isPossible: Bool {
    let most = 1e8
    return [box.x, box.y, box.width, box.height].allSatisfy { abs($0) <= most }
      && landmarks.allSatisfy { Double(abs($0)) <= most }
  }

  /// The landmarks as pairs of x and y, `(5, 2)`.
  public var landmarkPairs: [[Float]] {
    stride(from: 0, to: landmarks.count - 1, by: 2).map { [landmarks[$0], landmarks[$0 + 1]] }
  }
}

/// A face on its way into a gallery.
public struct NewFace: Sendable {
  /// What the face is added by; nil for none.
  public var name: String?
  /// Its place among the faces of its photo, if that differs from its place in the list: others may have been removed.
  public var ordinal: Int?
  /// Where it is in its photo.
  public var geometry: FaceGeometry
  /// The detector's score, from 0 to 1.
  public var score: Float
  /// How well it can be judged.
  public var quality: FaceQuality
  /// `(d,)`, of the gallery's model.
  public var embedding: Embedding
  /// The outputs of the model's other heads, by attribute; empty for most models.
  public var attributes: [String: Embedding]
  /// A small JPEG of the face; empty for none.
  public var thumbnail: Data
  /// Its labels: values by key.
  public var labels: [String: String]
  /// Why it has no embedding; `embedding` is empty then. Nil for nearly all faces.
  public var missing: MissingEmbedding?
  /// Whether the user drew its box, since no detector had found it.
  public var isDrawn = false

  /// A face as it was found, with what is said about it.
  public init(
    name: String?, geometry: FaceGeometry, score: Float, quality: FaceQuality,
    embedding: Embedding, attributes: [String: Embedding] = [:], thumbnail: Data,
    labels: [String: String] = [:]
  ) {
    self.name = name
    self.geometry = geometry
    self.score = score
    self.quality = quality
    self.embedding = embedding
    self.attributes = attributes
    self.thumbnail = thumbnail
    self.labels = labels
  }
}

/// A face in a gallery.
public struct StoredFace: Sendable, Identifiable {
  /// The face's id, never reused.
  public let id: FaceID
  /// The id of its photo.
  public let photo: PhotoID
  /// 0 for the most prominent of its photo.
  public let ordinal: Int
  /// The name that it goes by, nil for none: the one that the user gave to its person, else the one that it was added by.
  /// If the user put it to somebody else than the person of that name, it has none.
  public let name: String?
  /// Where it is in its photo.
  public let geometry: FaceGeometry
  /// How sure the detector was, from 0 to 1.
  public let score: Float
  /// How well it can be judged.
  public let quality: FaceQuality
  /// Whether the user drew its box, since no detector had found it.
  public let isDrawn: Bool

  /// Whether its landmarks were estimated from a box that the user drew, in which the detector saw no face even from close
  /// by: its embedding is less certain then. The score of such a face is 0, which no detection has.
  public var hasEstimatedLandmarks: Bool { isDrawn && score == 0 }

  /// A face as a gallery has it.
  public init(
    id: FaceID, photo: PhotoID, ordinal: Int, name: String?, geometry: FaceGeometry, score: Float,
    quality: FaceQuality, isDrawn: Bool = false
  ) {
    (self.id, self.photo, self.ordinal, self.name) = (id, photo, ordinal, name)
    (self.geometry, self.score, self.quality) = (geometry, score, quality)
    self.isDrawn = isDrawn
  }
}

/// Every face of a gallery with all that is known of it and its embedding, row by row.
public struct FaceTable: Sendable {
  /// Those that have an embedding.
  public let faces: [StoredFace]
  /// `(faces.count, d)`.
  public let embeddings: EmbeddingMatrix
  /// Those that have none.
  public let unembedded: [StoredFace]
  /// The gallery's revision that this is.
  public let revision: Int

  /// The faces of a gallery at a revision; `faces` has a row of `embeddings` for each.
  public init(
    faces: [StoredFace], embeddings: EmbeddingMatrix, unembedded: [StoredFace], revision: Int
  ) {
    (self.faces, self.embeddings, self.revision) = (faces, embeddings, revision)
    self.unembedded = unembedded
  }
}
