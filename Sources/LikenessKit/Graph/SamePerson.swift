import Foundation

/// All photos of one person, as the similarity graph has it.
public struct SamePerson: Sendable, Codable {
  /// One step of a chain.
  public struct Step: Sendable, Codable, Equatable {
    /// The face that the step leads to, and its photo; nil for a face that is not in the gallery.
    public var face: Int64?
    public var photo: String
    /// The cosine distance to the face before.
    public var distance: Float
    /// That both are one person.
    public var probability: Float
    /// Whether the user said so.
    public var told: Bool

    private enum CodingKeys: String, CodingKey { case face, photo, distance, probability, told }

    /// With `"face": null` for one that is not in the gallery.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(face, forKey: .face)
      try container.encode(photo, forKey: .photo)
      try container.encode(distance, forKey: .distance)
      try container.encode(probability, forKey: .probability)
      try container.encode(told, forKey: .told)
    }
  }

  /// A face of the person, and why.
  public struct Finding: Sendable, Codable {
    public var face: Int64
    public var photo: String
    /// Its place among the faces of its photo, 0 for the most prominent.
    public var ordinal: Int
    public var name: String?
    /// The product of the chain's: that all of its links are true; 1 for a face that was asked for.
    public var probability: Float
    /// The links from this face back to one that was asked for; empty for that one itself.
    public var chain: [Step]

    private enum CodingKeys: String, CodingKey {
      case face, photo, ordinal, name, probability, chain
    }

    /// With `"name": null` for a face that has none.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(face, forKey: .face)
      try container.encode(photo, forKey: .photo)
      try container.encode(ordinal, forKey: .ordinal)
      try container.encode(name, forKey: .name)
      try container.encode(probability, forKey: .probability)
      try container.encode(chain, forKey: .chain)
    }
  }

  /// Who was asked for: a name, or the face of a photo.
  public var query: String
  /// The surest first, beginning with the faces that were asked for.
  public var found: [Finding]
}
