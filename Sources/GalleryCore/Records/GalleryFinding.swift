/// Something in a gallery that is not as it should be.
public struct GalleryFinding: Sendable, Codable, Equatable {
  /// What a finding is about.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The database itself.
    case database
    /// A record that refers to one that is not there.
    case reference
    /// An embedding that cannot be compared with the others.
    case embedding
    /// A face's small picture.
    case thumbnail
    /// A photo that the gallery keeps itself.
    case photo
    /// The file of the index.
    case index
    /// Who may read a file or folder.
    case permission
    /// A temporary file that nobody uses any more.
    case leftover
    /// The keys of the gallery's server.
    case keys
  }

  /// What it is about.
  public var kind: Kind
  /// What is wrong, in one line.
  public var text: String
  /// How many things it is true of.
  public var count: Int
  /// What a repair would do, or did; nil where nothing can be done without loss.
  public var repair: String?
  /// Whether the repair was done.
  public var repaired: Bool

  /// Something that can only be told.
  public init(_ kind: Kind, _ text: String, count: Int = 1) {
    (self.kind, self.text, self.count) = (kind, text, count)
    (repair, repaired) = (nil, false)
  }

  /// Something that can be repaired.
  /// - Parameters:
  ///   - repair: what a repair would do, such as `delete them`.
  ///   - done: what it did, such as `deleted them`; nil where it was not done.
  public init(_ kind: Kind, _ text: String, count: Int = 1, repair: String, done: String?) {
    (self.kind, self.text, self.count) = (kind, text, count)
    (self.repair, repaired) = (done ?? repair, done != nil)
  }

  /// Some of a list, for a finding's text: `a, b, c and 4 more`.
  package static func some(_ texts: some Collection<String>, of count: Int? = nil) -> String {
    let shown = texts.prefix(3)
    let left = (count ?? texts.count) - shown.count
    return shown.joined(separator: ", ") + (left > 0 ? " and \(left) more" : "")
  }

  /// A number of things in words: `1 face`, `3 faces`.
  package static func counted(_ count: Int, _ one: String, _ several: String? = nil) -> String {
    count == 1 ? "1 \(one)" : "\(count) \(several ?? one + "s")"
  }
}
