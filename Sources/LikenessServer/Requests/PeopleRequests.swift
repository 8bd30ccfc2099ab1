import LikenessKit

/// Which people are to be listed.
struct PeopleQuery: Sendable {
  let offset: Int
  let limit: Int
  /// Part of their names; empty for all.
  let text: String
  /// Also people and faces that the user hid.
  let includesHidden: Bool

  init(_ query: QueryParameters) throws {
    offset = try query.integer("offset", default: 0, in: 0...Int.max)
    limit = try query.integer("limit", default: 50, in: 1...1000)
    text = try query.searchText()
    includesHidden = try query.flag("includeHidden")
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

/// Which edits of people are wanted.
struct HistoryQuery: Sendable {
  /// Only those before this one; nil to begin with the last.
  let before: EditID?
  let limit: Int

  init(_ query: QueryParameters) throws {
    before = try query["before"].map { _ in
      EditID(Int64(try query.integer("before", default: 0, in: 1...Int.max)))
    }
    limit = try query.integer("limit", default: 50, in: 1...1000)
  }
}

/// Which edit is to be taken back.
struct Undoing: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case edit }
  /// Nil for whichever is the last.
  let edit: EditID?

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    edit = try decoder.container(keyedBy: CodingKeys.self)
      .decodeIfPresent(EditID.self, forKey: .edit)
  }
}

/// What a person is to be called.
struct Naming: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case name }
  let name: PersonName

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    name = try decoder.container(keyedBy: CodingKeys.self).decode(PersonName.self, forKey: .name)
  }
}

/// How many things one edit may name; each counts once.
enum EditLimits {
  static let people = 1_000
  static let faces = 10_000
}

/// People who are to be one.
struct Merging: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case people, name, anyway }
  let people: [PersonID]
  let name: PersonName?
  /// Also where they were told apart before.
  let anyway: Bool

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    people = try fields.distinct(PersonID.self, forKey: .people, count: 2...EditLimits.people)
    name = fields.contains(.name) ? try fields.decode(PersonName.self, forKey: .name) : nil
    anyway = fields.contains(.anyway) ? try fields.decode(Bool.self, forKey: .anyway) : false
  }
}

/// Faces of a person that are to be another person.
struct Splitting: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case faces }
  let faces: [FaceID]

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    faces = try decoder.container(keyedBy: CodingKeys.self)
      .distinct(FaceID.self, forKey: .faces, count: 1...EditLimits.faces)
  }
}

/// A face that is not a certain person.
struct Telling: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case face }
  let face: FaceID

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    face = try decoder.container(keyedBy: CodingKeys.self).decode(FaceID.self, forKey: .face)
  }
}

/// The face that is to stand for a person; null for the best.
struct Covering: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case face }
  let face: FaceID?

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    face = try fields.decode(FaceID?.self, forKey: .face)
  }
}

/// When a person was born and died; null removes a date, and what is missing stays as it is.
struct Dating: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case born, died }
  let born: LifeDateChange
  let died: LifeDateChange

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func change(_ key: CodingKeys) throws -> LifeDateChange {
      guard fields.contains(key) else { return .keep }
      guard let text = try fields.decode(String?.self, forKey: key) else { return .remove }
      guard let date = PartialDate(text) else {
        throw ServerError.badParameter(
          key.stringValue, "a date such as 1961, 1961-08 or 1961-08-04, or null")
      }
      return .set(date)
    }
    (born, died) = (try change(.born), try change(.died))
    if born == .keep, died == .keep {
      throw ServerError.badParameter("born", "given, or died, or both")
    }
  }
}

/// People and faces that are to be hidden, or shown again.
struct Hiding: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case people, faces, hidden }
  let people: [PersonID]
  let faces: [FaceID]
  let isHidden: Bool

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    people =
      fields.contains(.people)
      ? try fields.distinct(PersonID.self, forKey: .people, count: 0...EditLimits.people) : []
    faces =
      fields.contains(.faces)
      ? try fields.distinct(FaceID.self, forKey: .faces, count: 0...EditLimits.faces) : []
    isHidden = fields.contains(.hidden) ? try fields.decode(Bool.self, forKey: .hidden) : true
    guard !people.isEmpty || !faces.isEmpty else {
      throw ServerError.badParameter(
        "people", "1 to \(EditLimits.people) people, or 1 to \(EditLimits.faces) faces")
    }
  }
}

/// The answer to a question of the review.
struct ReviewAnswering: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case question, answer, session }
  enum Answer: String, CaseIterable { case yes, no, later }
  let subject: ReviewSubject
  let answer: Answer
  let session: String

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let question = try fields.decode(String.self, forKey: .question)
    guard let subject = ReviewSubject(rawValue: question) else {
      throw ServerError.badParameter("question", "the id of a question that was asked")
    }
    self.subject = subject
    answer = try Answer(try fields.decode(String.self, forKey: .answer), as: "answer")
    session = fields.contains(.session) ? try fields.decode(String.self, forKey: .session) : ""
    try Self.check(session: session)
  }

  /// - Throws: `ServerError` with the code `bad_parameter`
  static func check(session: String) throws {
    guard session.unicodeScalars.count <= 100 else {
      throw ServerError.badParameter("session", "a text of at most 100 letters")
    }
  }
}
