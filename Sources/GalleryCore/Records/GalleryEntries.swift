import LikenessCore

/// A face with its name, person and labels, without its embedding.
public struct FaceEntry: Sendable {
  /// The face itself.
  public let face: StoredFace
  /// Nil while it has no person.
  public let person: PersonID?
  /// Its labels: values by key.
  public let labels: [String: String]
  /// Whether the gallery keeps a small picture of it.
  public let hasThumbnail: Bool
  /// Whether it has an embedding of the gallery's model.
  public let isEmbedded: Bool
  /// Whether the user hid it, by itself or with its person.
  public let isHidden: Bool

  /// The name that it goes by; nil for none.
  public var name: String? { face.name }

  /// A face with what other tables say of it.
  public init(
    face: StoredFace, person: PersonID?, labels: [String: String], hasThumbnail: Bool,
    isEmbedded: Bool, isHidden: Bool
  ) {
    (self.face, self.person) = (face, person)
    (self.labels, self.hasThumbnail) = (labels, hasThumbnail)
    (self.isEmbedded, self.isHidden) = (isEmbedded, isHidden)
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
