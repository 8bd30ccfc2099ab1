import LikenessCore

/// A photo of a gallery, as it is listed.
public struct ListedPhoto: Sendable, Codable {
  /// Its id in the gallery.
  public var id: PhotoID
  /// The path it was last seen at.
  public var photo: String
  /// The width of the upright photo, in pixels.
  public var width: Int
  /// The height of the upright photo, in pixels.
  public var height: Int
  /// When it was taken, by the camera's clock; null if that is not known.
  @OrNull public var taken: CaptureTime?
  /// All detections, doubtful ones among them.
  public var faces: Int
  /// How many of them are likely not faces.
  public var doubtful: Int
}
