import Foundation

/// All photos of one person, as the similarity graph has it.
public struct SamePerson: Sendable, Codable {
  /// One step of a chain.
  public struct Step: Sendable, Codable, Equatable {
    /// The face that the step leads to, and its photo; nil for a face that is not in the gallery.
    @OrNull public var face: Int64?
    /// The path of the photo.
    public var photo: String
    /// The distance to the face before, in the metric of `rule`, else cosine.
    public var distance: Float
    /// That both are one person, as the model estimates by their cosine distance.
    public var probability: Float
    /// Whether the user said so.
    public var told: Bool
  }

  /// A face of the person, and why.
  public struct Finding: Sendable, Codable {
    /// The face's id in the gallery.
    public var face: Int64
    /// The path of its photo.
    public var photo: String
    /// Its place among the faces of its photo, 0 for the most prominent.
    public var ordinal: Int
    /// What the face was added by, or its person is called.
    @OrNull public var name: String?
    /// The product of the chain's: that all of its links are true; 1 for a face that was asked for.
    public var probability: Float
    /// The links from this face back to one that was asked for; empty for that one itself.
    public var chain: [Step]
  }

  /// Who was asked for: a name, or the face of a photo.
  public var query: String
  /// The rule of the user's by which faces are linked; nil where the gallery's threshold links them.
  @OrNull public var rule: DistanceRule?
  /// The surest first, beginning with the faces that were asked for.
  public var found: [Finding]
}
