import GalleryCore

/// Which photos of a gallery are wanted, and in which order.
public struct PhotoQuery: Sendable, Equatable {
  /// An order of photos.
  public enum Order: String, Sendable, CaseIterable {
    /// Those that were added first come first.
    case oldest
    /// Those that were added last come first.
    case newest
    /// By their titles, as people sort them: "2.jpg" comes before "10.jpg".
    case name
    /// Those with most faces first, and the newest of as many.
    case faces
  }

  /// What is on a photo.
  public enum Kind: String, Sendable, CaseIterable {
    /// Anything.
    case all
    /// A face without a name, other than doubtful ones.
    case unnamed
    /// A face that is likely none.
    case doubtful
    /// No face, or doubtful ones only.
    case noFace = "no_face"
  }

  /// Words of the title, or of what the people on it are called; all of them have to be there. Empty for any photo.
  ///
  /// Case and accents do not matter, and an underscore is a space.
  public var text = ""
  /// How the photos are sorted.
  public var order = Order.newest
  /// What has to be on them.
  public var kind = Kind.all

  /// All photos, the newest first.
  public init(text: String = "", order: Order = .newest, kind: Kind = .all) {
    (self.text, self.order, self.kind) = (text, order, kind)
  }
}
