import LikenessCore

/// Adds photos with their faces, and removes them.
public protocol FaceWriting: AnyObject, Sendable {
  /// Adds photos with their faces.
  /// - Parameters:
  ///   - model: the name of the model that made the embeddings.
  ///   - modelFile: what tells it from another one of its name, such as its file's SHA-256; kept with the first face.
  ///   - updatesPaths: whether a photo that was there already is now where `file` says.
  /// - Returns: for each photo whether it is new.
  /// - Throws: `GalleryError`, for instance `.modelMismatch`, `.unusable` and `.diskFull`
  func add(
    _ photos: [NewPhoto], model: String, modelFile: String?, updatesPaths: Bool
  ) throws(GalleryError) -> [Bool]
  /// Adds a face to a photo that is there already, after its other faces.
  /// - Parameters:
  ///   - model: the name of the model that made the embedding.
  ///   - modelFile: what tells it from another one of its name, such as its file's SHA-256; kept with the first face.
  /// - Throws: `GalleryError`, for instance `.unknownPhoto`, `.modelMismatch`, and `.faceExists` where a face of the photo is in
  ///   the same place; nothing is kept then
  func add(
    _ face: NewFace, toPhoto photo: PhotoID, model: String, modelFile: String?
  ) throws(GalleryError) -> FaceID
  /// Notes when photos were taken that are there and of which it was not read before; others stay as they are.
  /// - Parameter taken: by the photos' digests.
  /// - Returns: of how many it is known now.
  func note(taken: [String: PhotoTaken]) throws(GalleryError) -> Int
  /// Keeps names of people whom photos show somewhere, in place of those that were known; photos that are not there are
  /// passed over.
  /// - Parameter candidates: by the photos' digests.
  /// - Returns: of how many photos they are others now.
  @discardableResult
  func note(candidates: [String: [String]]) throws(GalleryError) -> Int
  /// Has a photo be known by other bytes of its file, of which the picture is the same.
  /// - Parameters:
  ///   - former: the digest that it has now.
  ///   - digest: that of its file since.
  ///   - file: the file since.
  /// - Returns: false where the photo is gone or has another digest, or there is a photo of the new one; nothing is changed then.
  func note(
    content digest: String, of photo: PhotoID, former: String, file: PhotoFile
  ) throws(GalleryError) -> Bool
  /// Has all that was added be as quick to find as the rest.
  func flush() throws(GalleryError)
  /// Removes names, people, photos and faces, all or none of them; and the photos and names that no face is left of.
  /// - Returns: what went; empty if nothing of it was there.
  func remove(_ removal: Removal) throws(GalleryError) -> RemovalReceipt
  /// Gives a photo that the gallery keeps itself another picture, whose file is there already.
  /// - Parameter former: the digest of the picture that it has now.
  /// - Returns: false where the photo is gone or has another picture; nothing is changed then.
  func replacePicture(
    of photo: PhotoID, _ former: String, by picture: KeptPicture
  ) throws(GalleryError) -> Bool
  /// Says that some doubtful faces are faces; others stay as they are. Whoever says something of a face says this as
  /// well: the same becomes of a face by `setName`, by `setLabels`, and where the user puts it to a person.
  func confirm(faces: some Collection<FaceID>) throws(GalleryError)
}
