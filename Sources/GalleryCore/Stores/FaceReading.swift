import Foundation
import LikenessCore

/// Faces by their ids, and what belongs to them.
public protocol FaceReading: AnyObject, Sendable {
  func face(id: FaceID) throws(GalleryError) -> StoredFace?
  /// Those of some faces that are there and have embeddings, with these, in the order given.
  func faces(ids: some Collection<FaceID>) throws(GalleryError) -> [(StoredFace, Embedding)]
  /// A face's embedding, `(d,)`; nil if there is no such face, or none of the gallery's model of it.
  func embedding(face: FaceID) throws(GalleryError) -> Embedding?
  /// The faces of a photo, the most prominent first.
  func faces(inPhoto photo: PhotoID) throws(GalleryError) -> [StoredFace]
  /// Ids of faces above one, rising.
  func faces(after id: FaceID, limit: Int) throws(GalleryError) -> [FaceID]
  /// Those of some faces that are there, in the order given.
  func entries(of faces: some Collection<FaceID>) throws(GalleryError) -> [FaceEntry]
  /// What an answer tells of some faces, in one look at the gallery; those that went or have no embedding are left
  /// out.
  func answers(
    of faces: some Collection<FaceID>
  ) throws(GalleryError) -> [(entry: FaceEntry, embedding: Embedding, photo: StoredPhoto)]
  /// The ids of the photos of some faces, by the faces' ids.
  func photos(ofFaces faces: some Collection<FaceID>) throws(GalleryError) -> [FaceID: PhotoID]
  /// What the model says of a face's attributes, by key.
  func attributeVectors(face: FaceID) throws(GalleryError) -> [String: Embedding]
  /// A small JPEG of a face; nil if there is none.
  func thumbnail(face: FaceID) throws(GalleryError) -> Data?
  /// Small JPEGs of some faces, in their order; nil for a face that has none.
  func thumbnails(faces: [FaceID]) throws(GalleryError) -> [Data?]
  /// The embeddings of some of the faces that have one and are not doubtful, the same each time and as good as drawn by
  /// lot, and how many of these there are.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  func sample(most: Int) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)?
}
