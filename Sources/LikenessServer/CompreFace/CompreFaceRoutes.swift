import Foundation
import Hummingbird

/// The REST API of CompreFace 1.2, so that programs made for it find what they know.
enum CompreFaceRoutes {
  static var endpoints: [Endpoint] {
    CompreFaceSubjects.endpoints + CompreFaceExamples.endpoints + CompreFaceQuestions.endpoints
  }

  /// Whether an address is one of CompreFace's.
  static func has(_ path: String) -> Bool {
    ["/api/v1/recognition/", "/api/v1/detection/", "/api/v1/verification/", "/static/"].contains {
      path.hasPrefix($0)
    }
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
  /// Photos that came as parts, or as base64 under the same names in JSON.
  /// - Throws: `ServerError`, and what `use` throws
  func withPhotos<Result>(
    _ names: [String], _ use: ([Data]) async throws -> Result
  ) async throws -> Result {
    if isMultipart {
      return try await withForm { form in
        try await use(
          try names.map { name in
            guard let part = form[name] else { throw Self.missing(name) }
            return part.data
          })
      }
    }
    return try await withJSON([String: Base64Field].self) { fields in
      try await use(
        try names.map { name in
          guard let text = fields[name]?.text else { throw Self.missing(name) }
          return try Base64Photo(text).data
        })
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
