import Foundation
import LikenessCore

/// All photos of one person, according to the similarity graph.
public struct SamePerson: Sendable, Codable {
  /// One step of a chain.
  public struct Step: Sendable, Codable, Equatable {
    /// The face that the step leads to, and its photo; nil for a face that is not in the gallery.
    @OrNull public var face: FaceID?
    /// The path of the photo.
    public var photo: String
    /// The distance to the face before, in the metric of `rule`, else cosine.
    public var distance: Float
    /// That both are one person, as the model estimates by their cosine distance.
    public var probability: Float
    /// Whether the user said that both are one person.
    public var told: Bool
  }

  /// A face of the person, and why.
  public struct Finding: Sendable, Codable {
    /// The face's id in the gallery.
    public var face: FaceID
    /// The path of its photo.
    public var photo: String
    /// Its place among the faces of its photo, 0 for the most prominent.
    public var ordinal: Int
    /// What the face was added by, or its person is called.
    @OrNull public var name: String?
    /// The probability that all links of the chain are true: their product; 1 for a face of the question.
    public var probability: Float
    /// The links from this face back to a face of the question; empty for such a face itself.
    public var chain: [Step]
  }

  /// The question: a name, or the face of a photo.
  public var query: String
  /// The user's rule that links faces; nil if the gallery's threshold does.
  @OrNull public var rule: DistanceRule?
  /// The most probable first, starting with the faces of the question.
  public var found: [Finding]
  /// How many faces that links lead to were left out, with all that is linked by them only, since the user hid them.
  public var hidden: Int
}
