import Foundation
import HTTPTypes
import Hummingbird

/// Finds out who is asking: by a key in a header, or by the session of a browser that signed in.
struct Identity: RouterMiddleware {
  let services: ServerServices
  /// Whether the key is the part `key` of the address instead, as in addresses made to be put into pages.
  var isInAddress = false

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let caller = try isInAddress ? caller(context.parameter("key")) : caller(request)
    context.caller = caller
    context.subject.note(caller)
    return try await next(request, context)
  }

  /// - Parameter isCounted: whether the request counts against the key's rate.
  /// - Throws: `ServerError`, 401 for a wrong key and 429 where one is used too often
  func caller(_ request: Request, isCounted: Bool = true) throws -> Caller {
    // The machine's own programs need no key until there is one.
    guard services.needsKey else { return Caller(rights: .admin) }
    guard services.keys.defect == nil else { throw ServerError.noKeys }
    if let text = request.headers[.apiKey] ?? Self.bearer(request) {
      return try caller(text, isCounted: isCounted)
    }
    if let token = request.sessionToken, let session = services.sessions.session(token),
      let key = services.keys.key(ofHash: session.key)
    {
      if isCounted { try services.keys.count(key) }
      return Caller(key: key.name, rights: key.rights, csrf: session.csrf)
    }
    return Caller()
  }

  private func caller(_ text: String, isCounted: Bool = true) throws -> Caller {
    guard services.needsKey else { return Caller(rights: .admin) }
    let key = try services.keys.key(text)
    if isCounted { try services.keys.count(key) }
    return Caller(key: key.name, rights: key.rights)
  }

  private static func bearer(_ request: Request) -> String? {
    guard let text = request.headers[.authorization], text.lowercased().hasPrefix("bearer ") else {
      return nil
    }
    return String(text.dropFirst(7))
  }
}

extension Request {
  /// What a browser that signed in keeps.
  var sessionToken: String? {
    guard let cookie = cookies[Sessions.cookie], !cookie.value.isEmpty else { return nil }
    return cookie.value
  }
}

extension HTTPField.Name {
  static let apiKey = Self("x-api-key")!
}
