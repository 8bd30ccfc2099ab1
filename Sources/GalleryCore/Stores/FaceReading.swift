import Foundation
import LikenessCore

/// Faces by their ids, and what belongs to them.
public protocol FaceReading: AnyObject, Sendable {
  func face(id: Int64) throws(GalleryError) -> StoredFace?
  /// Those of some faces that are there and have embeddings, with these, in the order given.
  func faces(ids: some Collection<Int64>) throws(GalleryError) -> [(StoredFace, Embedding)]
  /// A face's embedding, `(d,)`; nil if there is no such face, or none of the gallery's model of it.
  func embedding(face: Int64) throws(GalleryError) -> Embedding?
  /// The faces of a photo, the most prominent first.
  func faces(inPhoto photo: Int64) throws(GalleryError) -> [StoredFace]
  /// Ids of faces above one, rising.
  func faces(after id: Int64, limit: Int) throws(GalleryError) -> [Int64]
  /// Those of some faces that are there, in the order given.
  func entries(of faces: some Collection<Int64>) throws(GalleryError) -> [FaceEntry]
  /// What an answer tells of some faces, in one look at the gallery; those that went or have no embedding are left
  /// out.
  func answers(
    of faces: some Collection<Int64>
  ) throws(GalleryError) -> [(entry: FaceEntry, embedding: Embedding, photo: StoredPhoto)]
  /// The ids of the photos of some faces, by the faces' ids.
  func photos(ofFaces faces: some Collection<Int64>) throws(GalleryError) -> [Int64: Int64]
  /// What the model says of a face's attributes, by key.
  func attributeVectors(face: Int64) throws(GalleryError) -> [String: Embedding]
  /// A small JPEG of a face; nil if there is none.
  func thumbnail(face: Int64) throws(GalleryError) -> Data?
  /// Small JPEGs of some faces, in their order; nil for a face that has none.
  func thumbnails(faces: [Int64]) throws(GalleryError) -> [Data?]
  /// The embeddings of some of the faces that have one and are not doubtful, the same each time and as good as drawn by
  /// lot, and how many of these there are.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  func sample(most: Int) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)?
}
