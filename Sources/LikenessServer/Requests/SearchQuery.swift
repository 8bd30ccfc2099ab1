import Foundation
import LikenessKit

/// A photo in base64.
struct Base64Photo: Decodable, Sendable {
  let data: Data

  init(data: Data) { self.data = data }

  /// Also as a data URL, which browsers make.
  /// - Throws: `ServerError` with the code `bad_base64`
  init(_ text: String) throws {
    var text = Substring(text)
    if text.hasPrefix("data:"), let comma = text.firstIndex(of: ",") {
      text = text[text.index(after: comma)...]
    }
    guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }),
      !data.isEmpty
    else {
      throw ServerError(.badRequest, "bad_base64", "The image is no base64.")
    }
    self.data = data
  }

  init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }
}

/// The numbers of an embedding.
struct EmbeddingValues: Decodable, Sendable {
  let embedding: Embedding

  /// - Throws: `ServerError` with the code `bad_embedding`
  init(from decoder: any Decoder) throws {
    let values = try decoder.singleValueContainer().decode([Float].self)
    embedding = Embedding(values)
    guard (1...4096).contains(values.count), embedding.isFinite, embedding.norm > 0 else {
      throw ServerError(
        .badRequest, "bad_embedding",
        "An embedding is a list of 1 to 4096 numbers that are not all 0.")
    }
  }
}

/// A face, or several that stand for one person, in one of the ways to say so.
struct Operand: Decodable, Sendable {
  enum Value: Sendable {
    case embedding(EmbeddingValues)
    case face(Int64)
    case name(String)
    case person(Int64)
    case image(Base64Photo)
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case embedding, face, name, person, image }

  let value: Value

  /// Says in the log whom a question was about.
  static func note(_ value: Value, in subject: AuditSubject) {
    switch value {
    case .face(let face): subject.note("face", face)
    case .person(let person): subject.note("person", person)
    case .embedding, .name, .image: break
    }
  }

  init(_ value: Value) { self.value = value }

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    guard let value = try Self.value(try decoder.container(keyedBy: CodingKeys.self)) else {
      throw ServerError(
        .badRequest, "bad_json", "Say one of embedding, face, name, person and image.")
    }
    self.value = value
  }

  /// The one that is there; nil for none or several.
  static func value(_ fields: KeyedDecodingContainer<CodingKeys>) throws -> Value? {
    guard fields.allKeys.count == 1, let key = fields.allKeys.first else { return nil }
    switch key {
    case .embedding: return .embedding(try fields.decode(EmbeddingValues.self, forKey: key))
    case .face: return .face(try fields.decode(Int64.self, forKey: key))
    case .name: return .name(try fields.decode(PersonName.self, forKey: key).text)
    case .person: return .person(try fields.decode(Int64.self, forKey: key))
    case .image: return .image(try fields.decode(Base64Photo.self, forKey: key))
    }
  }
}

/// Which faces may answer.
struct FilterQuery: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case names, people, labels, minimumQuality }

  let filter: FaceFilter

  init(from decoder: any Decoder) throws {
    var filter = FaceFilter()
    try decoder.refuseOthers(than: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if fields.contains(.names) {
      filter.names = try fields.decode([PersonName].self, forKey: .names).map(\.text)
    }
    if fields.contains(.people) { filter.people = try fields.decode([Int64].self, forKey: .people) }
    if fields.contains(.labels) {
      filter.labels = try fields.decode([String: String].self, forKey: .labels)
    }
    if fields.contains(.minimumQuality) {
      filter.minimumQuality = try fields.decode(Double.self, forKey: .minimumQuality)
    }
    guard filter.names.count <= 1000, filter.people.count <= 1000,
      (0...1).contains(filter.minimumQuality)
    else {
      throw ServerError.badParameter(
        "filter", "at most 1000 names and people, and a quality from 0 to 1")
    }
    self.filter = filter
  }
}

/// Whom to search for, and how.
struct SearchQuery: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case embedding, face, name, person, image, count, metric, per, filter
  }

  let subject: Operand.Value
  let question: Question

  init(from decoder: any Decoder) throws {
    try decoder.refuseOthers(than: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    guard
      let subject = try Operand.value(try decoder.container(keyedBy: Operand.CodingKeys.self))
    else {
      throw ServerError(
        .badRequest, "bad_json", "Say one of embedding, face, name, person and image.")
    }
    self.subject = subject
    var question = Question()
    if fields.contains(.count) { question.count = try fields.decode(Int.self, forKey: .count) }
    if fields.contains(.metric) {
      question.metric = try Self.choice(try fields.decode(String.self, forKey: .metric), "metric")
    }
    if fields.contains(.per) {
      question.grouping = try Self.choice(try fields.decode(String.self, forKey: .per), "per")
    }
    if fields.contains(.filter) {
      question.filter = try fields.decode(FilterQuery.self, forKey: .filter).filter
    }
    self.question = try Self.checked(question)
  }

  /// The fields of a form beside its photo.
  static func question(of form: MultipartForm) throws -> Question {
    var question = Question()
    func text(_ name: String) throws -> String? {
      guard let part = form[name] else { return nil }
      guard let text = part.text else { throw ServerError.badParameter(name, "text in UTF-8") }
      return text
    }
    if let count = try text("count") { question.count = Int(count) ?? 0 }
    if let metric = try text("metric") { question.metric = try choice(metric, "metric") }
    if let grouping = try text("per") { question.grouping = try choice(grouping, "per") }
    if let filter = form["filter"] {
      question.filter = try Call.decode(FilterQuery.self, filter.data).filter
    }
    return try checked(question)
  }

  private static func checked(_ question: Question) throws -> Question {
    guard (1...1000).contains(question.count) else {
      throw ServerError.badParameter("count", "a number from 1 to 1000")
    }
    return question
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(
    _ text: String, _ name: String
  ) throws -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text) else {
      throw ServerError.badParameter(
        name, Value.allCases.map { "\($0.rawValue)" }.joined(separator: " or "))
    }
    return value
  }
}
