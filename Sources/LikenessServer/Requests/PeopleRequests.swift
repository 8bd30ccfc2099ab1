import LikenessKit

/// Which people are to be listed.
struct PeopleQuery: Sendable {
  let offset: Int
  let limit: Int
  /// Part of their names; empty for all.
  let text: String

  init(_ query: QueryParameters) throws {
    offset = try query.integer("offset", default: 0, in: 0...Int.max)
    limit = try query.integer("limit", default: 50, in: 1...1000)
    text = try query.searchText()
  }
}

/// Which of the people nearest to a person are wanted.
struct NearestPeopleQuery: Sendable {
  let limit: Int
  /// Part of their names; empty for all.
  let text: String

  init(_ query: QueryParameters) throws {
    limit = try query.integer("limit", default: 20, in: 1...200)
    text = try query.searchText()
  }
}

/// What a person is to be called.
struct Naming: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case name }
  let name: PersonName

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    name = try decoder.container(keyedBy: CodingKeys.self).decode(PersonName.self, forKey: .name)
  }
}

/// People who are to be one.
struct Merging: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case people, name, anyway }
  let people: [PersonID]
  let name: PersonName?
  /// Also where they were told apart before.
  let anyway: Bool

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    people = try fields.decode([PersonID].self, forKey: .people)
    name = fields.contains(.name) ? try fields.decode(PersonName.self, forKey: .name) : nil
    anyway = fields.contains(.anyway) ? try fields.decode(Bool.self, forKey: .anyway) : false
    guard (2...1000).contains(people.count) else {
      throw ServerError.badParameter("people", "a list of 2 to 1000 numbers")
    }
  }
}

/// Faces of a person that are to be another person.
struct Splitting: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case faces }
  let faces: [FaceID]

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    faces = try decoder.container(keyedBy: CodingKeys.self).decode([FaceID].self, forKey: .faces)
    guard (1...100_000).contains(faces.count) else {
      throw ServerError.badParameter("faces", "a list of 1 to 100000 numbers")
    }
  }
}

/// A face that is not a certain person.
struct Telling: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case face }
  let face: FaceID

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    face = try decoder.container(keyedBy: CodingKeys.self).decode(FaceID.self, forKey: .face)
  }
}
