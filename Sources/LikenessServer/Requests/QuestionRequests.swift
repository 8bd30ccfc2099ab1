extension QueryParameters {
  /// Whether finds that are likely no faces count as the others do.
  var includesDoubtful: Bool {
    get throws { try flag("includeDoubtful") }
  }
}

/// A photo whose faces are to be found.
struct DetectQuery: Decodable, FormDecodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case image }
  let image: Base64Photo

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    image = try decoder.container(keyedBy: CodingKeys.self).decode(
      Base64Photo.self, forKey: .image)
  }

  init(form: MultipartForm) throws { image = try Base64Photo("file", in: form) }
}

/// Two faces that are to be compared.
struct VerifyQuery: Decodable, FormDecodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case a, b }
  let a: Operand
  let b: Operand

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    a = try fields.decode(Operand.self, forKey: .a)
    b = try fields.decode(Operand.self, forKey: .b)
  }

  init(form: MultipartForm) throws {
    a = Operand(.image(try Base64Photo("a", in: form)))
    b = Operand(.image(try Base64Photo("b", in: form)))
  }
}

/// Persons and labels that faces are to be like.
struct ComposeRequest: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case query, count }
  let query: String
  let count: Int

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    query = try fields.decode(String.self, forKey: .query)
    count = fields.contains(.count) ? try fields.decode(Int.self, forKey: .count) : 10
    guard (1...1000).contains(query.unicodeScalars.count) else {
      throw ServerError.badParameter("query", "a text of 1 to 1000 letters")
    }
    guard (1...1000).contains(count) else {
      throw ServerError.badParameter("count", "a number from 1 to 1000")
    }
  }
}
