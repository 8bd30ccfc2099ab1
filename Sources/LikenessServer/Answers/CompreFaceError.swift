import HTTPTypes

/// Errors as CompreFace 1.2 says them: a sentence and a number.
struct CompreFaceError: Encodable {
  enum CodingKeys: String, CodingKey { case message, code }

  let status: HTTPResponse.Status
  let message: String
  let code: Int

  init(_ error: ServerError) {
    message = error.message
    (status, code) = Self.translation(error)
  }

  /// CompreFace numbers mistakes in a request by parameter, and what is not found by what it is; all else has the
  /// number of its kind.
  private static func translation(_ error: ServerError) -> (HTTPResponse.Status, Int) {
    switch error.code {
    case "key_needed": (.badRequest, 20)
    case "malformed_key": (.badRequest, 26)
    case "wrong_key": (.notFound, 10)
    case "bad_base64": (.badRequest, 21)
    case "bad_parameter", "bad_name": (.badRequest, 26)
    case "missing_parameter": (.badRequest, 33)
    case "missing_part": (.badRequest, 34)
    case "bad_json", "bad_multipart": (.badRequest, 0)
    case "empty_name": (.badRequest, 5)
    case "several_faces": (.badRequest, 31)
    case "wrong_dimensions", "bad_embedding": (.badRequest, 37)
    case "unknown_name": (.notFound, 42)
    case "unknown_face", "no_image": (.notFound, 44)
    case "name_taken": (.badRequest, 43)
    default:
      error.kind.map {
        (HTTPResponse.Status(code: $0.codes.compreFace.status), $0.codes.compreFace.code)
      } ?? (error.status, 0)
    }
  }
}
