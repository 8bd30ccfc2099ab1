import Foundation
import LikenessCore

/// The people that an edit concerns, in memory: they are read, changed by the rules, and written back.
///
/// So the rules are the same for every kind of store.
public struct PeopleBook {
  /// A person's own row.
  public struct Entry: Sendable, Codable, Equatable {
    /// Given by the user, in Unicode's composed form; nil if the user gave none.
    public var name: String?
    /// When the person was first found or made.
    public var created: Date
    /// Whether the user hid the person, so that it is in no answer unless asked for.
    public var isHidden = false
    /// The face that the user chose to stand for the person; nil for the best one.
    public var cover: FaceID?
    /// When the person was born and died, as far as the user said so.
    public var dates = LifeDates()

    /// A person's row.
    public init(
      name: String?, created: Date, isHidden: Bool = false, cover: FaceID? = nil,
      dates: LifeDates = LifeDates()
    ) {
      (self.name, self.created) = (name, created)
      (self.isHidden, self.cover, self.dates) = (isHidden, cover, dates)
    }

    private enum CodingKeys: String, CodingKey { case name, created, isHidden, cover, born, died }

    /// Also of what earlier versions wrote.
    public init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name = try fields.decodeIfPresent(String.self, forKey: .name)
      created = try fields.decode(Date.self, forKey: .created)
      isHidden = try fields.decodeIfPresent(Bool.self, forKey: .isHidden) ?? false
      cover = try fields.decodeIfPresent(FaceID.self, forKey: .cover)
      dates = LifeDates(
        born: try fields.decodeIfPresent(PartialDate.self, forKey: .born),
        died: try fields.decodeIfPresent(PartialDate.self, forKey: .died))
    }

    /// Without what is not known.
    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encodeIfPresent(name, forKey: .name)
      try fields.encode(created, forKey: .created)
      try fields.encode(isHidden, forKey: .isHidden)
      try fields.encodeIfPresent(cover, forKey: .cover)
      try fields.encodeIfPresent(dates.born, forKey: .born)
      try fields.encodeIfPresent(dates.died, forKey: .died)
    }
  }

  /// Whose a face is.
  public struct Membership: Sendable, Codable, Hashable {
    /// The person's id.
    public var person: PersonID
    /// Whether the user said so, so that no clustering moves the face.
    public var isPinned: Bool

    /// A face's person, and whether the user said so.
    public init(person: PersonID, isPinned: Bool) {
      (self.person, self.isPinned) = (person, isPinned)
    }
  }

  /// Two people, `low < high`.
  public struct Pair: Sendable, Codable, Hashable {
    /// The smaller id.
    public let low: PersonID
    /// The larger id.
    public let high: PersonID

    /// Two people, in either order.
    public init(_ a: PersonID, _ b: PersonID) { (low, high) = (min(a, b), max(a, b)) }

    func contains(_ person: PersonID) -> Bool { person == low || person == high }
  }

  /// A face, and a person whose it is not.
  public struct Rejection: Sendable, Codable, Hashable {
    /// The face's id.
    public let face: FaceID
    /// The person's id.
    public let person: PersonID

    /// Says that a face is not of a person.
    public init(_ face: FaceID, of person: PersonID) { (self.face, self.person) = (face, person) }
  }

  /// How an edit moved a face.
  public struct Move: Sendable, Codable, Equatable {
    /// Whose the face was; nil if it had no person.
    public var before: Membership?
    /// The person that it came to.
    public var after: PersonID

    /// A move to the person `after`.
    public init(before: Membership?, after: PersonID) {
      (self.before, self.after) = (before, after)
    }
  }

  /// An edit with the previous state, so that it can be undone.
  public struct Edit: Sendable, Equatable {
    /// Rises from edit to edit.
    public let id: EditID
    /// When the edit was made.
    public let time: Date
    /// What kind of edit it is.
    public let kind: PeopleEdit.Kind
    /// Who made it: the name of a key, or of a user of this computer; nil where it was not noted.
    public let who: String?
    /// The edit in words, in the past tense.
    public var text = ""
    /// The people that it concerned, as they were before.
    public var people: [PersonID: Entry] = [:]
    /// Which pairs were marked as different before, and by which edit, which may be `.unknown`.
    public var apart: [Pair: EditID] = [:]
    /// Which faces were said before not to be of these people, and by which edit, which may be `.unknown`.
    public var rejected: [Rejection: EditID] = [:]
    /// The faces that it moved.
    public var faces: [FaceID: Move] = [:]
    /// The faces that it hid or showed, and whether they were hidden before.
    public var hidden: [FaceID: Bool] = [:]
    /// The confidence that doubtful faces had before it said that they are faces.
    public var confirmed: [FaceID: Double] = [:]

    /// An edit that has not changed anything yet.
    public init(id: EditID, time: Date, kind: PeopleEdit.Kind, who: String?) {
      (self.id, self.time, self.kind, self.who) = (id, time, kind, who)
    }

    /// The edit as users see it.
    public var summary: PeopleEdit {
      PeopleEdit(
        id: id, time: time, kind: kind, who: who, text: text,
        faces: Set(faces.filter { $0.value.before?.person != $0.value.after }.keys)
          .union(hidden.keys).union(confirmed.keys).sorted(),
        people: people.keys.sorted())
    }
  }

  /// Which people an edit needs to know.
  public struct Subject: Sendable {
    /// People by their ids.
    public var people: Set<PersonID> = []
    /// With the people whose these faces are.
    public var faces: Set<FaceID> = []
    /// Also the people who have one of these names.
    public var names: Set<String> = []
    /// Earlier edits that matter.
    public var edits: Set<EditID> = []

    /// An empty subject.
    public init() {}
  }

  /// Where the gallery is, for messages.
  public let path: String
  /// Those of `Subject`, as far as they are there.
  public var people: [PersonID: Entry] = [:]
  /// By face: all faces of these people, and those of the subject.
  public var members: [FaceID: Membership] = [:]
  /// Which of the subject's faces are in the gallery.
  public var presentFaces: Set<FaceID> = []
  /// Pairs marked as different, with at least one of these people, and by which edit, which may be `.unknown`.
  public var apart: [Pair: EditID] = [:]
  /// Faces that are said not to be of these people, and by which edit, which may be `.unknown`.
  public var rejected: [Rejection: EditID] = [:]
  /// Those of the subject's faces that the user hid one by one.
  public var hidden: Set<FaceID> = []
  /// The confidence of those of the subject's faces that are doubtful.
  public var doubtful: [FaceID: Double] = [:]
  /// Edits that said so, those of the subject, and the last of all.
  public var edits: [EditID: Edit] = [:]
  /// The ids that a new person and a new edit get.
  public var nextPerson = PersonID(1)
  /// The id that a new edit gets.
  public var nextEdit = EditID(1)

  private let embeddings: ([FaceID]) throws(GalleryError) -> [Embedding]

  /// - Parameter embeddings: those of some faces, in their order.
  public init(path: String, embeddings: @escaping ([FaceID]) throws(GalleryError) -> [Embedding]) {
    (self.path, self.embeddings) = (path, embeddings)
  }

  /// Adds a person without faces.
  public mutating func addPerson(created: Date) -> PersonID {
    let person = nextPerson
    nextPerson = nextPerson.next
    people[person] = Entry(name: nil, created: created)
    known.insert(person)
    return person
  }

  /// The faces of a person, in the order of their ids.
  package func faces(of person: PersonID) -> [FaceID] {
    members.filter { $0.value.person == person }.keys.sorted()
  }

  /// The user's name for a person.
  package func name(of person: PersonID) throws(GalleryError) -> String? {
    guard let entry = people[person] else { throw .unknownPerson(path: path, person: person) }
    return entry.name
  }

  package func title(_ person: PersonID) -> String {
    StoredPerson.title(person, people[person]?.name)
  }

  /// The face nearest to the mean of some.
  /// - Precondition: there is one at least.
  package func central(_ faces: [FaceID]) throws(GalleryError) -> FaceID {
    guard faces.count > 2 else { return faces[0] }
    let embeddings = try embeddings(faces)
    guard embeddings.count == faces.count,
      embeddings.allSatisfy({ $0.count == embeddings[0].count })
    else { return faces[0] }
    let mean = Embedding.mean(embeddings)
    let distances = embeddings.map { Metric.l2.distance($0, mean) }
    return zip(distances, faces).min { $0 < $1 }?.1 ?? faces[0]
  }

  /// Takes out those of the people who have no face any more, and whom they were told apart from.
  package mutating func removeEmpty() {
    let held = Set(members.values.map(\.person))
    people = people.filter { held.contains($0.key) }
    apart = apart.filter { pair, _ in
      [pair.low, pair.high].allSatisfy { held.contains($0) || !known.contains($0) }
    }
    rejected = rejected.filter { held.contains($0.key.person) || !known.contains($0.key.person) }
  }

  /// All whom it was about from the beginning, though they may be gone by now.
  package var known: Set<PersonID> = []

  /// To be called when all is read.
  public mutating func begin() { known = Set(people.keys) }
}
