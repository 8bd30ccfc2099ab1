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
    /// Whether the user hid the face, one by one or with the person.
    public var hidden: Bool
  }

  /// Stays with the person, and is never another's.
  public var id: PersonID
  /// The name that the user gave, else the one that more than half of the faces were added by.
  @OrNull public var name: String?
  /// Whether the user gave the name.
  public var given: Bool
  /// Whether the user hid the person.
  public var hidden: Bool
  /// The face that stands for the person: the one that the user chose, else the best, see `FaceQuality.asCover`.
  public var cover: FaceID
  /// Whether the user chose the cover.
  public var coverChosen: Bool
  /// The date of birth; null if the user did not say it.
  @OrNull public var born: PartialDate?
  /// The date of death; null if the user did not say it.
  @OrNull public var died: PartialDate?
  /// In the order of their ids.
  public var faces: [Face]

  /// The name, or the number where there is none.
  public var label: String { name ?? id.reference }

  /// When the person was born and died.
  public var dates: LifeDates { LifeDates(born: born, died: died) }

  /// - Parameter includingHidden: whether faces that the user hid are among them.
  /// - Returns: nil where no face is left.
  init?(_ person: StoredPerson, includingHidden: Bool) {
    (id, name, given) = (person.id, person.name, person.isGiven)
    hidden = person.isHidden
    let shown = includingHidden ? person.faces : person.faces.filter { !$0.isHidden }
    guard includingHidden || !hidden,
      let best = shown.max(by: { ($0.quality.asCover, $1.face) < ($1.quality.asCover, $0.face) })
    else { return nil }
    let chosen = person.cover.flatMap { cover in shown.first { $0.face == cover }?.face }
    (cover, coverChosen) = (chosen ?? best.face, chosen != nil)
    (born, died) = (person.dates.born, person.dates.died)
    faces = shown.map {
      Face(
        face: $0.face, photo: $0.path, ordinal: $0.ordinal, pinned: $0.isPinned,
        hidden: $0.isHidden || person.isHidden)
    }
  }
}

extension FaceQuality {
  /// How well a face stands for its person, from 0 to 1: it is the better the more it is frontal, upright, large, sharp and well
  /// lit.
  package var asCover: Double {
    let turned = max(abs(yaw), abs(pitch)) / 90
    let tilted = abs(roll) / 180
    return overall * max(0, 1 - turned) * max(0, 1 - tilted) * min(1, sharpness / 13)
      * min(1, size / 128).squareRoot() * lighting
  }
}

/// The people of a gallery.
public struct PeopleList: Sendable, Codable, Equatable {
  /// Those with most faces first.
  public var people: [Person]
  /// How many people are not among them since the user hid them, or all of their faces.
  public var hidden: Int
  /// The name of the clustering algorithm.
  public var algorithm: String
  /// False if the gallery cannot be written: then the ids are valid for this answer only.
  public var kept: Bool
}

/// Two people who may be one, by several links between their faces where both have several.
public struct MergeSuggestion: Sendable, Codable, Equatable {
  /// The person who would stay.
  public var first: Person
  /// The person who would become one with `first`.
  public var second: Person
  /// The probability that both are one person, from 0 to 1, as their links together say.
  public var probability: Float
  /// How many pairs of faces speak for it, each face in one of them only.
  public var links: Int
  /// The cosine distance of the two faces that are most alike.
  public var distance: Float
  /// The ids of these faces, of the first and of the second person.
  public var faces: [FaceID]
}

extension PeopleEdit: Encodable {
  private enum Key: String, CodingKey { case id, time, kind, who, text, faces, people }

  /// With the time as ISO 8601 in UTC.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(time.formatted(.iso8601), forKey: .time)
    try container.encode(kind, forKey: .kind)
    try container.encode(who, forKey: .who)
    try container.encode(text, forKey: .text)
    try container.encode(faces, forKey: .faces)
    try container.encode(people, forKey: .people)
  }
}
