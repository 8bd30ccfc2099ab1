import Foundation
import Vectors

/// Where a face is and how good it is, in pixels of the upright photo at full size.
public struct FaceGeometry: Sendable, Hashable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double
  /// Five points, x and y in turn.
  public var landmarks: [Float]

  public init(x: Double, y: Double, width: Double, height: Double, landmarks: [Float]) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.landmarks = landmarks
  }
}

/// The parts of a face's quality: pixels, grey values, degrees, a part of 1.
public struct QualityRecord: Sendable, Hashable {
  public var size: Double
  public var sharpness: Double
  public var yaw: Double
  public var pitch: Double
  public var roll: Double
  public var inside: Double
  /// The probability that it is a face at all; nil where nobody measured it, as for faces added by earlier
  /// versions.
  public var confidence: Double?

  /// A face of less confidence is doubtful.
  public static let leastConfidence = 0.8

  /// Whether it is likely no face: it is kept, and left out of all that is derived from faces.
  public var isDoubtful: Bool { confidence.map { $0 < Self.leastConfidence } ?? false }

  public init(
    size: Double, sharpness: Double, yaw: Double, pitch: Double, roll: Double, inside: Double,
    confidence: Double? = nil
  ) {
    self.size = size
    self.sharpness = sharpness
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.inside = inside
    self.confidence = confidence
  }
}

/// A face on its way into a gallery.
public struct NewFace: Sendable {
  public var name: String?
  /// Its place among the faces of its photo where that is not where it stands: others may have been removed.
  public var ordinal: Int?
  public var geometry: FaceGeometry
  /// The detector's, from 0 to 1.
  public var score: Float
  public var quality: QualityRecord
  public var embedding: Embedding
  /// What the model says of attributes besides, by key; most models say nothing.
  public var attributes: [String: Embedding]
  /// A small JPEG of the face; empty for none.
  public var thumbnail: Data
  /// What else is said about it: values by key.
  public var labels: [String: String]
  /// Why it has no embedding; `embedding` is empty then. Nil for nearly all faces.
  public var missing: MissingEmbedding?

  public init(
    name: String?, geometry: FaceGeometry, score: Float, quality: QualityRecord,
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
  public let id: Int64
  public let photo: Int64
  /// 0 for the most prominent of its photo.
  public let ordinal: Int
  public let name: String?
  public let geometry: FaceGeometry
  public let score: Float
  public let quality: QualityRecord

  public init(
    id: Int64, photo: Int64, ordinal: Int, name: String?, geometry: FaceGeometry, score: Float,
    quality: QualityRecord
  ) {
    (self.id, self.photo, self.ordinal, self.name) = (id, photo, ordinal, name)
    (self.geometry, self.score, self.quality) = (geometry, score, quality)
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

  public init(
    faces: [StoredFace], embeddings: EmbeddingMatrix, unembedded: [StoredFace], revision: Int
  ) {
    (self.faces, self.embeddings, self.revision) = (faces, embeddings, revision)
    self.unembedded = unembedded
  }
}
