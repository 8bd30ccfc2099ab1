import Foundation
import LikenessKit

/// A photo in base64.
struct Base64Photo: Decodable, Sendable {
  let data: Data

  init(data: Data) { self.data = data }

  /// A part of a form.
  /// - Throws: `ServerError` with the code `missing_part`
  init(_ name: String, in form: MultipartForm) throws {
    guard let part = form[name], !part.data.isEmpty else { throw ServerError.missingPart(name) }
    data = part.data
  }

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
      throw ServerError(.badRequest, "bad_base64", "The image is not valid base64.")
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
    // What is too large for an embedding's numbers is a number all the same.
    let values = try decoder.singleValueContainer().decode([Double].self).map { Float($0) }
    embedding = Embedding(values)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw ServerError(
        .badRequest, "bad_embedding", "Number \(place + 1) of an embedding is out of range.")
    }
    guard (1...4096).contains(values.count), embedding.defect == nil else {
      throw ServerError(
        .badRequest, "bad_embedding",
        "An embedding is a list of 1 to 4096 numbers that are not all 0, of a length below 1e34.")
    }
  }
}

/// A face, or several that stand for one person, in one of the ways to say so.
struct Operand: Decodable, Sendable {
  enum Value: Sendable {
    case embedding(EmbeddingValues)
    case face(FaceID)
    case name(String)
    case person(PersonID)
    case image(Base64Photo)
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case embedding, face, name, person, image }

  let value: Value

  /// Says in the log whom a question was about.
  func note(in subject: AuditSubject) {
    switch value {
    case .face(let face): subject.note(face)
    case .person(let person): subject.note(person)
    case .embedding, .name, .image: break
    }
  }

  init(_ value: Value) { self.value = value }

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    try self.init(amongOthersOf: decoder)
  }

  /// The one that is there, whatever else is.
  /// - Throws: `ServerError` with the code `bad_json` for none or several
  init(amongOthersOf decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    guard fields.allKeys.count == 1, let key = fields.allKeys.first else {
      throw ServerError(
        .badRequest, "bad_json", "Say one of embedding, face, name, person and image.")
    }
    switch key {
    case .embedding: value = .embedding(try fields.decode(EmbeddingValues.self, forKey: key))
    case .face: value = .face(try fields.decode(FaceID.self, forKey: key))
    case .name: value = .name(try fields.decode(PersonName.self, forKey: key).text)
    case .person: value = .person(try fields.decode(PersonID.self, forKey: key))
    case .image: value = .image(try fields.decode(Base64Photo.self, forKey: key))
    }
  }
}
