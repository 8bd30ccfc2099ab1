import GalleryCore
import LikenessKit

/// Turns what users type for faces, photos and people of a gallery into their ids.
///
/// ```swift
/// let references = References(likeness)
/// let probe = try references.probe("obama")
/// try likeness.labels.set(["mood": "glad"], of: try references.faces(["face:12", "photos/*.jpg"]))
/// ```
///
/// What a text may mean, and which meaning comes first, is in `Precedence`.
public struct References: Sendable {
  /// The gallery whose faces, photos and people are meant.
  public let likeness: Likeness
  /// The limits of photos that are analysed.
  public var limits: PhotoLimits
  /// Whether doubtful faces of an analysed photo count.
  public var includesDoubtful: Bool
  /// Whether a text may name a photo or a file; false for remote users, who must not learn which paths exist.
  public var mayNameFiles: Bool

  /// References to a gallery's faces, photos and people.
  public init(
    _ likeness: Likeness, limits: PhotoLimits = .default, includingDoubtful: Bool = false,
    mayNameFiles: Bool = true
  ) {
    (self.likeness, self.limits) = (likeness, limits)
    (includesDoubtful, self.mayNameFiles) = (includingDoubtful, mayNameFiles)
  }
}
