import Hummingbird
import LikenessKit

/// Browsers sign in with a key and out again.
struct SessionRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let session = api.group("session")
    session.get(use: show)
    session.group().add(middleware: Audit(log: services.audit))
      .post(use: open)
      .delete(use: close)
  }

  private struct SessionAnswer: Encodable {
    @OrNull var rights: Rights?
    @OrNull var csrf: String?
    var keysNeeded: Bool
  }

  private struct SignIn: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case key }
    var key: String

    init(from decoder: any Decoder) throws {
      try decoder.rejectUnknownFields(besides: CodingKeys.self)
      key = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .key)
      guard (1...200).contains(key.unicodeScalars.count) else {
        throw ServerError.badParameter("key", "a text of 1 to 200 letters")
      }
    }
  }

  private func show(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    // Who is not known, or comes with a key that opens nothing, is nobody yet.
    let caller = try? Identity(services: services).caller(request, isCounted: false)
    return try JSONAnswer.response(
      SessionAnswer(rights: caller?.rights, csrf: caller?.csrf, keysNeeded: services.needsKey))
  }

  private func open(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    // Nobody is known yet: no more is read than a key needs.
    let text = try await services.body(of: request, context).json(SignIn.self, limit: 4_096).key
    guard services.needsKey else {
      context.subject.note(Caller(rights: .admin))
      return try JSONAnswer.response(SessionAnswer(rights: .admin, csrf: nil, keysNeeded: false))
    }
    let key = try services.keys.key(text)
    try services.keys.count(key)
    context.subject.note(Caller(key: key.name, rights: key.rights))
    let (token, session) = services.sessions.open(key: key.hash)
    var response = try JSONAnswer.response(
      SessionAnswer(rights: key.rights, csrf: session.csrf, keysNeeded: true))
    response.setCookie(
      Cookie(
        name: Sessions.cookie, value: token, maxAge: Sessions.seconds, path: "/",
        secure: services.configuration.certificate != nil, httpOnly: true, sameSite: .strict))
    return response
  }

  private func close(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    if let token = request.sessionToken {
      // Whoever has no session is nobody, and leaves nothing in the log.
      if let session = services.sessions.session(token),
        let key = services.keys.key(ofHash: session.key)
      {
        context.subject.note(Caller(key: key.name, rights: key.rights))
      }
      services.sessions.close(token)
    }
    let areNeeded = services.needsKey
    var response = try JSONAnswer.response(
      SessionAnswer(rights: areNeeded ? nil : .admin, csrf: nil, keysNeeded: areNeeded))
    response.setCookie(
      Cookie(
        name: Sessions.cookie, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .strict))
    return response
  }
}
