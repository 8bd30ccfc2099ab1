import Foundation
import Vectors

/// Where a face is and how good it is, in pixels of the upright photo at full size.
public struct FaceGeometry: Sendable, Hashable {
  /// The left edge of the box.
  public var x: Double
  /// The upper edge of the box.
  public var y: Double
  /// The box's width.
  public var width: Double
  /// The box's height.
  public var height: Double
  /// Five points, x and y in turn.
  public var landmarks: [Float]

  /// A box and five landmarks.
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
  /// The face's width, in pixels of the file.
  public var size: Double
  /// The standard deviation of the Laplacian of the face chip, in grey values; larger is sharper.
  public var sharpness: Double
  /// Degrees turned to a side.
  public var yaw: Double
  /// Degrees turned up or down.
  public var pitch: Double
  /// Degrees tilted in the picture's plane.
  public var roll: Double
  /// The part of the face that lies inside the photo, from 0 to 1.
  public var inside: Double
  /// The probability that it is a face at all; nil if it was not measured, as for faces added by earlier
  /// versions.
  public var confidence: Double?

  /// A face of less confidence is doubtful.
  public static let leastConfidence = 0.8

  /// Whether it is likely not a face: it is kept, and left out of all that is derived from faces.
  public var isDoubtful: Bool { confidence.map { $0 < Self.leastConfidence } ?? false }

  /// A face's quality as it was measured.
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
  /// What the face is added by; nil for none.
  public var name: String?
  /// Its place among the faces of its photo, if that differs from its place in the list: others may have been removed.
  public var ordinal: Int?
  /// Where it is in its photo.
  public var geometry: FaceGeometry
  /// The detector's score, from 0 to 1.
  public var score: Float
  /// How well it can be judged.
  public var quality: QualityRecord
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

  /// A face as it was found, with what is said about it.
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
  /// The face's id, never reused.
  public let id: Int64
  /// The id of its photo.
  public let photo: Int64
  /// 0 for the most prominent of its photo.
  public let ordinal: Int
  /// What it was added by; nil for a face without a name.
  public let name: String?
  /// Where it is in its photo.
  public let geometry: FaceGeometry
  /// How sure the detector was, from 0 to 1.
  public let score: Float
  /// How well it can be judged.
  public let quality: QualityRecord

  /// A face as a gallery has it.
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

  /// The faces of a gallery at a revision; `faces` has a row of `embeddings` for each.
  public init(
    faces: [StoredFace], embeddings: EmbeddingMatrix, unembedded: [StoredFace], revision: Int
  ) {
    (self.faces, self.embeddings, self.revision) = (faces, embeddings, revision)
    self.unembedded = unembedded
  }
}
