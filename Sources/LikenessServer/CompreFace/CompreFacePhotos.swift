import Foundation

extension BodyReader {
  /// Photos that came as parts, or as base64 under the same names in JSON.
  /// - Throws: `ServerError`
  func photos(_ names: [String]) async throws -> [Data] {
    if isMultipart { return try CompreFacePhotos(try await form()).photos(names) }
    return try CompreFacePhotos(
      try await json([String: Base64Field].self, limit: .max)
    ).photos(names)
  }
}

/// The photos of a request to one of CompreFace's addresses, by the names of their parts.
struct CompreFacePhotos {
  private let photo: (String) throws -> Data?

  init(_ form: MultipartForm) { photo = { form[$0]?.data } }

  init(_ fields: [String: Base64Field]) {
    photo = { name in try fields[name]?.text.map { try Base64Photo($0).data } }
  }

  /// - Throws: `ServerError`
  func photos(_ names: [String]) throws -> [Data] {
    try names.map { name in
      guard let data = try photo(name) else {
        throw ServerError(
          .badRequest, "missing_part", "Required part \(name) is not present")
      }
      return data
    }
  }
}

/// A text, or anything else, which nobody reads.
struct Base64Field: Decodable, Sendable {
  var text: String?

  init(from decoder: any Decoder) throws {
    text = try? decoder.singleValueContainer().decode(String.self)
  }
}
