import Foundation
import LikenessCore

/// Where a face is, in pixels of the upright photo at full size.
public struct FaceGeometry: Sendable, Hashable {
  public var box: Box
  /// The x and y of five points in turn, `(10,)`; empty where none are known.
  public var landmarks: [Float]

  public init(box: Box, landmarks: [Float]) {
    (self.box, self.landmarks) = (box, landmarks)
  }

  public init(x: Double, y: Double, width: Double, height: Double, landmarks: [Float]) {
    self.init(box: Box(x: x, y: y, width: width, height: height), landmarks: landmarks)
  }

  /// The landmarks as pairs of x and y, `(5, 2)`.
  public var landmarkPairs: [[Float]] {
    stride(from: 0, to: landmarks.count - 1, by: 2).map { [landmarks[$0], landmarks[$0 + 1]] }
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
  public var quality: FaceQuality
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
  public let id: Int64
  public let photo: Int64
  /// 0 for the most prominent of its photo.
  public let ordinal: Int
  public let name: String?
  public let geometry: FaceGeometry
  public let score: Float
  public let quality: FaceQuality

  public init(
    id: Int64, photo: Int64, ordinal: Int, name: String?, geometry: FaceGeometry, score: Float,
    quality: FaceQuality
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
