import Foundation
import LikenessKit

/// Which faces may answer.
struct FilterQuery: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case names, people, labels, minimumQuality, includeHidden
  }

  let filter: FaceFilter

  init(from decoder: any Decoder) throws {
    var filter = FaceFilter()
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if fields.contains(.names) {
      filter.names = try fields.decode([PersonName].self, forKey: .names).map(\.text)
    }
    if fields.contains(.people) {
      filter.people = try fields.decode([PersonID].self, forKey: .people)
    }
    if fields.contains(.labels) {
      filter.labels = try fields.decode([String: String].self, forKey: .labels)
    }
    if fields.contains(.minimumQuality) {
      filter.minimumQuality = try fields.decode(Double.self, forKey: .minimumQuality)
    }
    if fields.contains(.includeHidden) {
      filter.includesHidden = try fields.decode(Bool.self, forKey: .includeHidden)
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
struct SearchQuery: Decodable, FormDecodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case embedding, face, name, person, image, count, metric, per, filter
  }

  let subject: Operand
  let question: Question

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    subject = try Operand(amongOthersOf: decoder)
    var question = Question()
    if fields.contains(.count) { question.count = try fields.decode(Int.self, forKey: .count) }
    if fields.contains(.metric) {
      question.metric = try Metric(try fields.decode(String.self, forKey: .metric), as: "metric")
    }
    if fields.contains(.per) {
      question.grouping = try Grouping(try fields.decode(String.self, forKey: .per), as: "per")
    }
    if fields.contains(.filter) {
      question.filter = try fields.decode(FilterQuery.self, forKey: .filter).filter
    }
    self.question = try Self.checked(question)
  }

  /// A photo, and beside it fields of the same names.
  init(form: MultipartForm) throws {
    subject = Operand(.image(try Base64Photo("file", in: form)))
    var question = Question()
    func text(_ name: String) throws -> String? {
      guard let part = form[name] else { return nil }
      guard let text = part.text else { throw ServerError.badParameter(name, "text in UTF-8") }
      return text
    }
    if let count = try text("count") { question.count = Int(count) ?? 0 }
    if let metric = try text("metric") { question.metric = try Metric(metric, as: "metric") }
    if let grouping = try text("per") { question.grouping = try Grouping(grouping, as: "per") }
    if let filter = form["filter"] {
      question.filter = try BodyReader.decode(FilterQuery.self, filter.data).filter
    }
    self.question = try Self.checked(question)
  }

  private static func checked(_ question: Question) throws -> Question {
    guard (1...1000).contains(question.count) else {
      throw ServerError.badParameter("count", "a number from 1 to 1000")
    }
    return question
  }
}
