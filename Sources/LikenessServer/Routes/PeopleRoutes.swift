import Foundation
import Hummingbird
import LikenessKit

/// People: who is there, and what the user says of it.
enum PeopleRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/api/v1/people", .read, list),
      Endpoint(.post, "/api/v1/people/merge", .write, merge),
      Endpoint(.post, "/api/v1/people/undo", .write) { call in
        try await call.change { EditAnswer(edit: try $0.undoPeopleEdit()) }
      },
      Endpoint(.get, "/api/v1/people/history", .read) { call in
        try await call.ask { HistoryAnswer(edits: try $0.peopleHistory()) }
      },
      Endpoint(.get, "/api/v1/people/suggestions", .read) { call in
        let limit = try call.integer("limit", default: 50, in: 1...1000)
        return try await call.derive(atHand: \.hasMergeSuggestionsAtHand) { likeness in
          SuggestionsAnswer(
            suggestions: try likeness.mergeSuggestions(count: limit).map { SuggestionAnswer($0) })
        }
      },
      Endpoint(.get, "/api/v1/people/:person", .read) { call in
        let id = try call.id("person")
        return try await call.derive(atHand: \.hasPeopleAtHand) { likeness in
          try PersonAnswer(try person(id, likeness), likeness)
        }
      },
      Endpoint(.patch, "/api/v1/people/:person", .write, name),
      Endpoint(.delete, "/api/v1/people/:person", .write) { call in
        let id = try call.id("person")
        return try await call.change { ReceiptAnswer(try $0.remove(person: id)) }
      },
      Endpoint(.post, "/api/v1/people/:person/split", .write, split),
      Endpoint(.post, "/api/v1/people/:person/apart", .write, apart),
      Endpoint(.get, "/api/v1/people/:person/same", .read) { call in
        let id = try call.id("person")
        return try await call.derive(atHand: \.hasGraphAtHand) { likeness in
          try SameAnswer(try likeness.same(person: id), person: id, likeness)
        }
      },
    ]
  }

  private struct HistoryAnswer: Encodable, Sendable { var edits: [PeopleEdit] }
  private struct SuggestionsAnswer: Encodable, Sendable { var suggestions: [SuggestionAnswer] }

  private struct PeoplePage: Encodable, Sendable {
    var people: [PersonAnswer]
    var total: Int
    var kept: Bool
  }

  private static func person(_ id: Int64, _ likeness: Likeness) throws -> Person {
    guard let person = try likeness.people().people.first(where: { $0.id == id }) else {
      throw LikenessError.unknownPerson(id)
    }
    return person
  }

  private static func list(_ call: Call) async throws -> Response {
    let offset = try call.integer("offset", default: 0, in: 0...Int.max)
    let limit = try call.integer("limit", default: 50, in: 1...1000)
    let text = call.query("search") ?? ""
    guard text.unicodeScalars.count <= 200 else {
      throw ServerError.badParameter("search", "a text of at most 200 letters")
    }
    return try await call.derive(atHand: \.hasPeopleAtHand) { likeness in
      let list = try likeness.people()
      let people =
        text.isEmpty
        ? list.people
        : list.people.filter { $0.name?.localizedCaseInsensitiveContains(text) ?? false }
      return PeoplePage(
        people: people.dropFirst(offset).prefix(limit).map { PersonAnswer($0) },
        total: people.count, kept: list.kept)
    }
  }

  private struct Naming: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case name }
    var name: PersonName

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      name = try decoder.container(keyedBy: CodingKeys.self).decode(PersonName.self, forKey: .name)
    }
  }

  private static func name(_ call: Call) async throws -> Response {
    let id = try call.id("person")
    let name = try await call.json(Naming.self).name.text
    return try await call.change { likeness in
      EditAnswer(edit: try likeness.namePerson("#\(id)", as: name), person: id)
    }
  }

  private struct Merging: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case people, name, anyway }
    var people: [Int64]
    var name: PersonName?
    var anyway: Bool

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      people = try fields.decode([Int64].self, forKey: .people)
      name = fields.contains(.name) ? try fields.decode(PersonName.self, forKey: .name) : nil
      anyway = fields.contains(.anyway) ? try fields.decode(Bool.self, forKey: .anyway) : false
      guard (2...1000).contains(people.count) else {
        throw ServerError.badParameter("people", "a list of 2 to 1000 numbers")
      }
    }
  }

  private static func merge(_ call: Call) async throws -> Response {
    let wanted = try await call.json(Merging.self)
    return try await call.change { likeness in
      let edit = try likeness.mergePeople(
        wanted.people.map { "#\($0)" }, name: wanted.name?.text, anyway: wanted.anyway)
      let left = try likeness.people().people.map(\.id)
      return EditAnswer(edit: edit, person: wanted.people.first { left.contains($0) })
    }
  }

  private struct Splitting: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case faces }
    var faces: [Int64]

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      faces = try decoder.container(keyedBy: CodingKeys.self).decode([Int64].self, forKey: .faces)
      guard (1...100_000).contains(faces.count) else {
        throw ServerError.badParameter("faces", "a list of 1 to 100000 numbers")
      }
    }
  }

  private static func split(_ call: Call) async throws -> Response {
    let id = try call.id("person")
    let faces = try await call.json(Splitting.self).faces
    return try await call.change { likeness in
      let (edit, new) = try likeness.splitPerson("#\(id)", faces: faces.map { "#\($0)" })
      return EditAnswer(edit: edit, person: new)
    }
  }

  private struct Telling: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case face }
    var face: Int64

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      face = try decoder.container(keyedBy: CodingKeys.self).decode(Int64.self, forKey: .face)
    }
  }

  private static func apart(_ call: Call) async throws -> Response {
    let id = try call.id("person")
    let face = try await call.json(Telling.self).face
    return try await call.change { likeness in
      let (edit, person) = try likeness.tellFace("#\(face)", apartFrom: "#\(id)")
      return EditAnswer(edit: edit, person: person)
    }
  }
}
