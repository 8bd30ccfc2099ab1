import Foundation
import Hummingbird

/// The REST API of CompreFace 1.2, so that programs made for it find what they know.
enum CompreFaceRoutes {
  static var endpoints: [Endpoint] {
    CompreFaceSubjects.endpoints + CompreFaceExamples.endpoints + CompreFaceQuestions.endpoints
  }
}

extension Endpoint {
  /// One of CompreFace's.
  static func compreFace(
    _ method: HTTPRequest.Method, _ path: String, _ rights: Rights,
    _ answer: @escaping @Sendable (Call) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, "/api/v1" + path, rights, dialect: .compreFace, answer)
  }
}

extension Call {
  /// A photo that came as a part, or as base64 under the same name in JSON.
  /// - Throws: `ServerError`
  func photo(_ name: String) async throws -> Data {
    try await photos([name])[0]
  }

  func photos(_ names: [String]) async throws -> [Data] {
    if isMultipart {
      return try await withForm { form in
        try names.map { name in
          guard let part = form[name] else { throw Self.missing(name) }
          return part.data
        }
      }
    }
    let fields = try await json([String: Base64Field].self)
    return try names.map { name in
      guard let field = fields[name], let text = field.text else { throw Self.missing(name) }
      guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }), !data.isEmpty
      else {
        throw ServerError(.badRequest, "bad_base64", "\(name) is no base64.")
      }
      return data
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
