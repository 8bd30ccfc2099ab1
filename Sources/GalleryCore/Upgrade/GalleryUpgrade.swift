import Foundation
import LikenessCore

/// A photo some of whose faces wait for an embedding of another model.
public struct PhotoToEmbed: Sendable {
  /// The photo, as the gallery has it.
  public let photo: StoredPhoto
  /// Those that wait, the most prominent first; never empty.
  public let faces: [StoredFace]

  /// A photo with those of its faces that wait.
  public init(photo: StoredPhoto, faces: [StoredFace]) { (self.photo, self.faces) = (photo, faces) }
}

/// A face's embedding by another model than the gallery's.
public struct UpgradedFace: Sendable {
  /// The face's id in the gallery.
  public var face: FaceID
  /// Of the face's photo, and the face's place in it: a gallery that was put back from a copy has other faces under
  /// the same ids.
  public var digest: String
  /// The face's place among the faces of its photo, 0 for the most prominent.
  public var ordinal: Int
  /// `(d,)`, of the new model.
  public var embedding: Embedding
  /// What the model says of attributes, by key.
  public var attributes: [String: Embedding]

  /// A face's new embedding, with what tells that the face is still the same.
  public init(
    face: FaceID, digest: String, ordinal: Int, embedding: Embedding,
    attributes: [String: Embedding] = [:]
  ) {
    (self.face, self.digest, self.ordinal) = (face, digest, ordinal)
    (self.embedding, self.attributes) = (embedding, attributes)
  }
}

/// The progress of an upgrade.
public struct UpgradeProgress: Sendable, Codable, Equatable {
  /// The model that the gallery is to have.
  public var model: EmbeddingModel
  /// Faces whose new embedding is kept aside.
  public var done: Int
  /// Faces that need one.
  public var faces: Int

  /// Progress of `done` of `faces` faces.
  public init(model: EmbeddingModel, done: Int, faces: Int) {
    (self.model, self.done, self.faces) = (model, done, faces)
  }
}

/// New embeddings of a gallery's faces, kept aside until all are there; then they replace the old ones in one step. One
/// process at a time holds it; an unfinished one can be resumed by the next.
public protocol GalleryUpgrade: AnyObject {
  func progress() throws(GalleryError) -> UpgradeProgress

  /// Photos of ids above one with faces that need a new embedding and have none yet, in the order of their ids.
  func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoToEmbed]

  /// Keeps embeddings aside. Faces that were removed since are skipped.
  /// - Throws: `GalleryError.unusable` where one is not a vector or of another length than the others
  func keep(_ faces: [UpgradedFace]) throws(GalleryError)

  /// Replaces the old embeddings by the new ones atomically, as one revision.
  /// - Parameter missing: why faces have none, by their ids; they are kept without one.
  /// - Returns: false, with nothing changed, where faces came that neither have a new embedding nor are missing.
  /// - Throws: `GalleryError`; `.inUse` while another program changes the gallery
  func finish(missing: [FaceID: String]) throws(GalleryError) -> Bool

  /// Discards what was kept aside.
  func discard() throws(GalleryError)
}
