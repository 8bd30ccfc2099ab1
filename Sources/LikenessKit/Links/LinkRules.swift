import GalleryCore
import LikenessCore

/// Which faces cannot be one person, whatever they look like: faces of one photo, unless the user made
/// them one person, and faces of people whom the user told apart.
///
/// Asked whenever links are looked at. The links that are kept tell only who looks like whom, so an edit of
/// people, or taking it back, leaves them as they are.
struct LinkRules {
  private let people: PeopleAssignment
  private let apart: [PersonID: Set<PersonID>]

  init(_ people: PeopleAssignment) {
    self.people = people
    var apart: [PersonID: Set<PersonID>] = [:]
    for pair in people.apart {
      apart[pair.low, default: []].insert(pair.high)
      apart[pair.high, default: []].insert(pair.low)
    }
    self.apart = apart
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
    return a.photo != b.photo
  }

  /// The people whom a face's person was told apart from.
  func strangers(of face: FaceID) -> Set<PersonID> {
    people.persons[face].flatMap { apart[$0] } ?? []
  }

  func person(of face: FaceID) -> PersonID? { people.persons[face] }
}
