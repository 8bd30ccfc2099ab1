import LikenessCore

/// A face with its name, person and labels, without its embedding.
public struct FaceEntry: Sendable {
  /// The face itself.
  public let face: StoredFace
  /// The name given to its person by the user, else the one that it was added by.
  public let name: String?
  /// Nil while it has no person.
  public let person: PersonID?
  /// Its labels: values by key.
  public let labels: [String: String]
  /// Whether the gallery keeps a small picture of it.
  public let hasThumbnail: Bool
  /// Whether it has an embedding of the gallery's model.
  public let isEmbedded: Bool

  /// A face with what other tables say of it.
  public init(
    face: StoredFace, name: String?, person: PersonID?, labels: [String: String],
    hasThumbnail: Bool,
    isEmbedded: Bool
  ) {
    (self.face, self.name, self.person) = (face, name, person)
    (self.labels, self.hasThumbnail) = (labels, hasThumbnail)
    self.isEmbedded = isEmbedded
  }
}

/// A photo with the number of its faces.
public struct PhotoEntry: Sendable {
  /// The photo itself.
  public let photo: StoredPhoto
  /// How many faces it has, doubtful ones among them.
  public let faces: Int

  /// A photo and how many faces it has.
  public init(photo: StoredPhoto, faces: Int) { (self.photo, self.faces) = (photo, faces) }
}
