import Foundation
import Hummingbird

/// An error makes its own answer, in the terms of the API that was asked.
extension ServerError: HTTPResponseError {
  func response(from request: Request, context: some RequestContext) throws -> Response {
    let own = context as? LikenessRequestContext
    var response: Response
    switch own?.dialect ?? .likeness {
    case .likeness:
      response = JSONAnswer.response(
        try body(requestID: own?.requestID ?? ""), status: status)
    case .compreFace:
      let error = CompreFaceError(self)
      response = try JSONAnswer.response(error, status: error.status)
    }
    if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
    if let allow { response.headers[.allow] = allow }
    return response
  }

  /// The answer in this API's own terms, in JSON.
  func body(requestID: String) throws -> Data {
    try JSONAnswer.data(
      ErrorAnswer(error: .init(code: code, message: message, request: requestID)))
  }

  /// The status that the answer has in a dialect.
  func status(in dialect: Dialect) -> HTTPResponse.Status {
    switch dialect {
    case .likeness: status
    case .compreFace: CompreFaceError(self).status
    }
  }
}

/// An error as programs of this API read it.
private struct ErrorAnswer: Encodable {
  struct Content: Encodable {
    var code: String
    var message: String
    var request: String
  }

  var error: Content
}
