import LikenessCore

/// A face without its embedding and picture, as graphs of many faces need it.
public struct FaceOutline: Sendable, Hashable, Identifiable {
  /// The face's id in the gallery.
  public let id: FaceID
  /// The photo's id.
  public let photo: PhotoID
  /// The photo's path.
  public let path: String
  /// Its place among the faces of its photo, 0 for the most prominent.
  public let ordinal: Int
  /// The name that the face goes by; nil for none.
  public let name: String?
  /// Whether it is likely not a face.
  public let isDoubtful: Bool
  /// Whether it has an embedding of the gallery's model, without which it is compared with none.
  public let isEmbedded: Bool

  /// An outline of a face that is certain and embedded, unless said otherwise.
  public init(
    id: FaceID, photo: PhotoID, path: String, ordinal: Int, name: String?, isDoubtful: Bool = false,
    isEmbedded: Bool = true
  ) {
    (self.id, self.photo, self.path) = (id, photo, path)
    (self.ordinal, self.name, self.isDoubtful) = (ordinal, name, isDoubtful)
    self.isEmbedded = isEmbedded
  }
}
