import Foundation
import Hummingbird

/// Finds out who is asking, and whether they may.
struct Gatekeeper: Sendable {
  let services: ServerServices

  /// - Parameter isCounted: whether the request counts against the key's rate.
  /// - Throws: `ServerError`, 401 for a wrong key and 429 where one is used too often
  func caller(_ request: Request, isCounted: Bool = true) throws -> Caller {
    // The machine's own programs need no key until there is one.
    guard services.needsKey else { return Caller(rights: .admin) }
    if let text = request.headers[.apiKey] ?? Self.bearer(request) {
      let key = try services.keys.key(text)
      if isCounted { try services.keys.count(key) }
      return Caller(key: key.name, rights: key.rights)
    }
    if let token = Self.cookie(request), let session = services.sessions.session(token),
      let key = services.keys.key(ofHash: session.key)
    {
      if isCounted { try services.keys.count(key) }
      return Caller(key: key.name, rights: key.rights, csrf: session.csrf)
    }
    return Caller()
  }

  /// - Throws: `ServerError`, 401 where nobody is known, 403 where they may not
  func admit(_ caller: Caller, to wanted: Rights, _ request: Request) throws {
    guard let rights = caller.rights else {
      throw ServerError(
        .unauthorized, "key_needed", "An API key is needed, as the header x-api-key.")
    }
    guard rights >= wanted else {
      throw ServerError(
        .forbidden, "not_allowed",
        "This key may \(rights.rawValue); it takes one that may \(wanted.rawValue).")
    }
    // A browser sends its cookie to wherever a page asks it to; only pages of this server know the token.
    if let csrf = caller.csrf, ![.get, .head].contains(request.method),
      !ConstantTime.equal(request.headers[.csrfToken] ?? "", csrf)
    {
      throw ServerError(.forbidden, "csrf", "The header X-CSRF-Token is missing or wrong.")
    }
  }

  static func cookie(_ request: Request) -> String? {
    for cookie in (request.headers[.cookie] ?? "").split(separator: ";") {
      let parts = cookie.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == Sessions.cookie {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  private static func bearer(_ request: Request) -> String? {
    guard let text = request.headers[.authorization], text.lowercased().hasPrefix("bearer ") else {
      return nil
    }
    return String(text.dropFirst(7))
  }
}
