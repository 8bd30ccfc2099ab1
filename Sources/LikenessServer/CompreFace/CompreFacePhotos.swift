import Foundation

extension BodyReader {
  /// Photos that came as parts, or as base64 under the same names in JSON.
  /// - Throws: `ServerError`
  func photos(_ names: [String]) async throws -> [Data] {
    if isMultipart {
      let form = try await form()
      return try names.map { name in
        guard let part = form[name] else { throw Self.missing(name) }
        return part.data
      }
    }
    let fields = try await json([String: Base64Field].self, limit: .max)
    return try names.map { name in
      guard let text = fields[name]?.text else { throw Self.missing(name) }
      return try Base64Photo(text).data
    }
  }

  private static func missing(_ name: String) -> ServerError {
    ServerError(.badRequest, "missing_part", "Required part \(name) is not present")
  }
}

/// A text, or anything else, which nobody reads.
private struct Base64Field: Decodable, Sendable {
  var text: String?

  init(from decoder: any Decoder) throws {
    text = try? decoder.singleValueContainer().decode(String.self)
  }
}
