import HTTPTypes
import LikenessCore

/// Why a request is not answered: a status, a code that stays, and a sentence.
struct ServerError: Error, Sendable {
  var status: HTTPResponse.Status
  var code: String
  var message: String
  /// Of an error that is not the request's own; nil for one that is, such as a missing parameter.
  var kind: ErrorKind?
  /// In seconds.
  var retryAfter: Int?
  /// The methods that there are instead.
  var allow: String?

  init(
    _ status: HTTPResponse.Status, _ code: String, _ message: String, retryAfter: Int? = nil,
    allow: String? = nil
  ) {
    (self.status, self.code, self.message) = (status, code, message)
    (self.retryAfter, self.allow) = (retryAfter, allow)
  }

  /// With the status of a kind.
  init(kind: ErrorKind, _ code: String, _ message: String) {
    let codes = kind.codes
    self.init(
      HTTPResponse.Status(code: codes.status), code, message, retryAfter: codes.retryAfter)
    self.kind = kind
  }

  static func badParameter(_ name: String, _ expected: String) -> ServerError {
    ServerError(.badRequest, "bad_parameter", "\(name) must be \(expected).")
  }

  static let busy = ServerError(
    .serviceUnavailable, "busy", "The server has its hands full; try again in a moment.",
    retryAfter: 1)

  static let stopping = ServerError(
    .serviceUnavailable, "stopping", "The server is being stopped.", retryAfter: 5)

  /// Nobody sees the answer; the log does. The status is nginx's, as there is none of its own.
  static let abandoned = ServerError(
    HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"), "client_gone",
    "The client went away before its turn came.")

  static let noKeys = ServerError(
    .serviceUnavailable, "keys_unreadable",
    "The keys of this server cannot be read; its owner has to see to them.", retryAfter: 60)

  static func tooLarge(_ bytes: Int) -> ServerError {
    ServerError(.contentTooLarge, "too_large", "A request may have \(bytes) bytes at most.")
  }

  static func missingPart(_ name: String) -> ServerError {
    ServerError(.badRequest, "missing_part", "The part \(name) with a photo is missing.")
  }

  static let noRoute = ServerError(.notFound, "no_such_route", "There is nothing at this address.")
}
