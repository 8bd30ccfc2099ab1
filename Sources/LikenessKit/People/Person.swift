import Foundation
import GalleryCore
import LikenessCore

/// A person in a gallery: the faces that are taken to be one.
public struct Person: Sendable, Codable, Identifiable, Equatable {
  /// A face of a person.
  public struct Face: Sendable, Codable, Equatable {
    /// The face's id in the gallery.
    public var face: FaceID
    /// The path of the photo.
    public var photo: String
    /// Its place among the faces of its photo, 0 for the most prominent.
    public var ordinal: Int
    /// Whether the user assigned the face to this person.
    public var pinned: Bool
  }

  /// Stays with the person, and is never another's.
  public var id: PersonID
  /// The name that the user gave, else the one that more than half of the faces were added by.
  @OrNull public var name: String?
  /// Whether the user gave the name.
  public var given: Bool
  /// In the order of their ids.
  public var faces: [Face]

  /// The name, or the number where there is none.
  public var label: String { name ?? id.reference }

  init(_ person: StoredPerson) {
    (id, name, given) = (person.id, person.name, person.isGiven)
    faces = person.faces.map {
      Face(face: $0.face, photo: $0.path, ordinal: $0.ordinal, pinned: $0.isPinned)
    }
  }
}

/// The people of a gallery.
public struct PeopleList: Sendable, Codable, Equatable {
  /// Those with most faces first.
  public var people: [Person]
  /// The name of the clustering algorithm.
  public var algorithm: String
  /// False if the gallery cannot be written: then the ids are valid for this answer only.
  public var kept: Bool
}

/// Two people who may be one.
public struct MergeSuggestion: Sendable, Codable, Equatable {
  /// The person who would stay.
  public var first: Person
  /// The person who would become one with `first`.
  public var second: Person
  /// The probability that both are one person, from 0 to 1.
  public var probability: Float
  /// The cosine distance of the two faces that are most alike.
  public var distance: Float
  /// The ids of these faces, of the first and of the second person.
  public var faces: [FaceID]
}

extension PeopleEdit: Encodable {
  private enum Key: String, CodingKey { case id, time, kind, text, faces, people }

  /// With the time as ISO 8601 in UTC.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(time.formatted(.iso8601), forKey: .time)
    try container.encode(kind, forKey: .kind)
    try container.encode(text, forKey: .text)
    try container.encode(faces, forKey: .faces)
    try container.encode(people, forKey: .people)
  }
}
