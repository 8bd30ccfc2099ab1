import Foundation
import LikenessCore

/// A person in a gallery: the faces that are taken to be one.
public struct StoredPerson: Sendable, Identifiable {
  /// Never reused.
  public let id: PersonID
  /// The user's name for the person, else the one that more than half of those of the faces go by that have a name.
  public let name: String?
  /// Whether the user gave the name.
  public let isGiven: Bool
  /// When the person was first found or made.
  public let created: Date
  /// Whether the user hid the person.
  public let isHidden: Bool
  /// The face that the user chose to stand for the person; nil where nobody did, or it went.
  public let cover: FaceID?
  /// When the person was born and died, as far as the user said so.
  public let dates: LifeDates
  /// In the order of their ids; never empty.
  public let faces: [PersonFace]

  /// All people, those with most faces first.
  /// - Parameters:
  ///   - faces: by person.
  ///   - bearers: how many faces of a person go by each name, where the user gave the person none.
  ///   - known: what is kept of people, who may be fewer.
  public static func all(
    _ faces: [PersonID: [PersonFace]], bearers: [PersonID: [String: Int]],
    known: [PersonID: PeopleBook.Entry]
  ) -> [StoredPerson] {
    let now = Date()
    return faces.map { id, own in
      let given = known[id]?.name
      let usual = bearers[id].flatMap { usualName($0) }
      let cover = known[id]?.cover.flatMap { cover in
        own.contains { $0.face == cover } ? cover : nil
      }
      return StoredPerson(
        id: id, name: given ?? usual, isGiven: given != nil, created: known[id]?.created ?? now,
        isHidden: known[id]?.isHidden ?? false, cover: cover,
        dates: known[id]?.dates ?? LifeDates(), faces: own)
    }.sorted { ($1.faces.count, $0.id) < ($0.faces.count, $1.id) }
  }

  /// The name that more than half of some faces go by; nil if there is none.
  /// - Parameter bearers: how many of those that have a name go by each.
  package static func usualName(_ bearers: [String: Int]) -> String? {
    let count = bearers.values.reduce(0, +)
    return bearers.first { $0.value * 2 > count }?.key
  }

  /// How people are written in sentences.
  package static func title(_ id: PersonID, _ name: String?) -> String {
    name.map { "\"\($0)\" (\(id.reference))" } ?? id.reference
  }
}

/// A face of a person.
public struct PersonFace: Sendable, Hashable {
  /// The face's id in the gallery.
  public let face: FaceID
  /// The photo's id.
  public let photo: PhotoID
  /// The photo's path.
  public let path: String
  /// Its place among the faces of its photo, 0 for the most prominent.
  public let ordinal: Int
  /// Whether the user said that it is this person.
  public let isPinned: Bool
  /// Whether the user hid the face itself.
  public let isHidden: Bool
  /// How well it can be judged.
  public let quality: FaceQuality

  /// A face of a person, on its photo.
  public init(
    face: FaceID, photo: PhotoID, path: String, ordinal: Int, isPinned: Bool, isHidden: Bool,
    quality: FaceQuality
  ) {
    (self.face, self.photo, self.path) = (face, photo, path)
    (self.ordinal, self.isPinned) = (ordinal, isPinned)
    (self.isHidden, self.quality) = (isHidden, quality)
  }
}

/// Who each face is, as the next clustering has to know it.
public struct PeopleAssignment: Sendable {
  /// By face; faces without a person are missing.
  public var persons: [FaceID: PersonID] = [:]
  /// Faces that no clustering moves. A person with a name or marked as different from another has at least one, even if
  /// the user pinned none.
  public var pinned: Set<FaceID> = []
  /// The faces of people whom the user hid: no clustering moves them either, so that nobody comes back in part. The user
  /// said nothing of whose they are.
  public var hidden: Set<FaceID> = []
  /// Pairs marked as different, the smaller id first.
  public var apart: [(low: PersonID, high: PersonID)] = []
  /// Faces that are not of certain people. Each of these people has a pinned face, as those marked as different have.
  public var rejected: [PeopleBook.Rejection] = []
  /// When people were born and died, those of whom the user said so. Each of them has a pinned face, too.
  public var dates: [PersonID: LifeDates] = [:]
  /// The id that the next new person gets.
  public var nextID = PersonID(1)

  /// No face has a person, and no two people are marked as different.
  public init() {}

  /// All faces that a clustering leaves where they are.
  package var fixed: Set<FaceID> { pinned.union(hidden) }
}

/// What the people of a gallery were clustered from.
public struct PeopleState: Sendable, Codable, Equatable {
  /// The clustering algorithm.
  public var algorithm: String
  /// The gallery's revision up to which faces have people.
  public var revision: Int
  /// What tells `revision` from another of the same number.
  public var mark: String
  /// How many faces were clustered at once.
  public var clustered: Int
  /// How many faces have been assigned to people one by one since.
  public var joined: Int

  /// What a clustering was made of.
  public init(algorithm: String, revision: Int, mark: String, clustered: Int, joined: Int) {
    self.algorithm = algorithm
    self.revision = revision
    self.mark = mark
    self.clustered = clustered
    self.joined = joined
  }
}
