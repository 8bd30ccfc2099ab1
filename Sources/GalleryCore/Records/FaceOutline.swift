/// A face without its embedding and picture: what graphs of many faces are made of.
public struct FaceOutline: Sendable, Hashable, Identifiable {
  public let id: Int64
  /// The photo's id.
  public let photo: Int64
  /// The photo's path.
  public let path: String
  /// Its place among the faces of its photo, 0 for the most prominent.
  public let ordinal: Int
  public let name: String?
  /// Whether it is likely no face.
  public let isDoubtful: Bool
  /// Whether it has an embedding of the gallery's model, without which it looks like nobody.
  public let isEmbedded: Bool

  public init(
    id: Int64, photo: Int64, path: String, ordinal: Int, name: String?, isDoubtful: Bool = false,
    isEmbedded: Bool = true
  ) {
    (self.id, self.photo, self.path) = (id, photo, path)
    (self.ordinal, self.name, self.isDoubtful) = (ordinal, name, isDoubtful)
    self.isEmbedded = isEmbedded
  }
}
