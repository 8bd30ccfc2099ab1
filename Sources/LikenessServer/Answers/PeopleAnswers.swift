import Foundation
import LikenessKit

struct PersonAnswer: Encodable, Sendable {
  struct OwnFace: Encodable, Sendable {
    var face: FaceID
    var photo: PhotoID
    var title: String
    var ordinal: Int
    var pinned: Bool
    var hidden: Bool
  }

  var person: PersonID
  @OrNull var name: String?
  var given: Bool
  var faces: Int
  var photos: Int
  var cover: FaceID
  /// Whether the user chose it.
  var coverChosen: Bool
  var hidden: Bool
  @OrNull var born: PartialDate?
  @OrNull var died: PartialDate?
  /// Its faces, where one person was asked for.
  var items: [OwnFace]?

  init(_ person: Person) {
    (self.person, name, given) = (person.id, person.name, person.given)
    faces = person.faces.count
    photos = Set(person.faces.map(\.photo)).count
    (cover, coverChosen, hidden) = (person.cover, person.coverChosen, person.hidden)
    (born, died) = (person.born, person.died)
  }

  init(_ person: Person, _ likeness: Likeness) throws {
    self.init(person)
    let photos = try likeness.photos.ofFaces(person.faces.map(\.face))
    items = person.faces.compactMap { face in
      photos[face.face].map {
        OwnFace(
          face: face.face, photo: $0.id, title: $0.name, ordinal: face.ordinal,
          pinned: face.pinned, hidden: face.hidden)
      }
    }
  }
}

/// Somebody, and how near they are to another person.
struct NearPersonAnswer: Encodable, Sendable {
  var person: PersonAnswer
  var distance: Float
  var probability: Float
  var face: FaceID

  init(_ near: NearPerson) {
    person = PersonAnswer(near.person)
    (distance, probability, face) = (near.distance, near.probability, near.face)
  }
}

/// An edit of people, and the person who matters after it.
struct EditAnswer: Encodable, Sendable {
  @OrNull var edit: PeopleEdit?
  @OrNull var person: PersonID?
  /// Where dates were set, the faces that the user put to the person on photos that contradict them.
  var contradicting: [FaceID]?
}

struct SuggestionAnswer: Encodable, Sendable {
  var first: PersonAnswer
  var second: PersonAnswer
  var probability: Float
  /// How many pairs of faces speak for it.
  var links: Int
  var distance: Float
  var faces: [FaceID]

  init(_ suggestion: MergeSuggestion) {
    (first, second) = (PersonAnswer(suggestion.first), PersonAnswer(suggestion.second))
    (probability, links) = (suggestion.probability, suggestion.links)
    (distance, faces) = (suggestion.distance, suggestion.faces)
  }
}

/// Somebody's faces with the chains of links that they were found by.
struct SameAnswer: Encodable, Sendable {
  struct Step: Encodable, Sendable {
    @OrNull var face: FaceID?
    @OrNull var photo: PhotoID?
    var distance: Float
    var probability: Float
    var told: Bool
  }

  struct Finding: Encodable, Sendable {
    var face: FaceID
    var photo: PhotoID
    var title: String
    var ordinal: Int
    @OrNull var name: String?
    var probability: Float
    var chain: [Step]
  }

  @OrNull var person: PersonID?
  /// What the steps' distances are measured by.
  var metric: Metric
  var found: [Finding]
  /// How many faces that links lead to were left out since the user hid them.
  var hidden: Int

  init(_ same: SamePerson, person: PersonID?, _ likeness: Likeness) throws {
    self.person = person
    hidden = same.hidden
    metric = same.rule?.metric ?? likeness.networks.verification.metric
    let faces = same.found.map(\.face) + same.found.flatMap { $0.chain.compactMap(\.face) }
    let photos = try likeness.photos.ofFaces(faces)
    let names = try likeness.faces.names(of: same.found.map(\.face))
    found = same.found.map { found in
      Finding(
        face: found.face, photo: photos[found.face]?.id ?? PhotoID(0),
        title: photos[found.face]?.name ?? "",
        ordinal: found.ordinal, name: names[found.face], probability: found.probability,
        chain: found.chain.map { step in
          Step(
            face: step.face, photo: step.face.flatMap { photos[$0]?.id }, distance: step.distance,
            probability: step.probability, told: step.told)
        })
    }
  }
}
