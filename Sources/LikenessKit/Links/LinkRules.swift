import GalleryCore
import LikenessCore

/// Which faces cannot be one person, whatever they look like: faces of one photo, unless the user made
/// them one person, faces of people whom the user told apart, and a face and the person whose it is not.
///
/// Asked whenever links are looked at. The links that are kept tell only who looks like whom, so an edit of
/// people, or taking it back, leaves them as they are.
struct LinkRules {
  private let people: PeopleAssignment
  private let apart: [PersonID: Set<PersonID>]
  private let rejected: [FaceID: Set<PersonID>]

  init(_ people: PeopleAssignment) {
    self.people = people
    var apart: [PersonID: Set<PersonID>] = [:]
    for pair in people.apart {
      apart[pair.low, default: []].insert(pair.high)
      apart[pair.high, default: []].insert(pair.low)
    }
    self.apart = apart
    rejected = Dictionary(grouping: people.rejected, by: \.face)
      .mapValues { Set($0.map(\.person)) }
  }

  /// The person whom the user put a face to; nil if nothing was said.
  func pinnedPerson(of face: FaceID) -> PersonID? {
    people.pinned.contains(face) ? people.persons[face] : nil
  }

  func canBeOne(_ a: FaceOutline, _ b: FaceOutline) -> Bool {
    let pins = (pinnedPerson(of: a.id), pinnedPerson(of: b.id))
    if let first = pins.0, let second = pins.1 { return first == second }
    if let first = people.persons[a.id], let second = people.persons[b.id],
      apart[first]?.contains(second) == true
    {
      return false
    }
    if isRejected(a.id, of: people.persons[b.id]) || isRejected(b.id, of: people.persons[a.id]) {
      return false
    }
    return a.photo != b.photo
  }

  private func isRejected(_ face: FaceID, of person: PersonID?) -> Bool {
    guard let person, let others = rejected[face] else { return false }
    return others.contains(person)
  }

  /// The people that a face cannot belong to: those its person is kept apart from, and those it was rejected for.
  func excludedPeople(for face: FaceID) -> Set<PersonID> {
    (people.persons[face].flatMap { apart[$0] } ?? []).union(rejected[face] ?? [])
  }

  func person(of face: FaceID) -> PersonID? { people.persons[face] }
}
