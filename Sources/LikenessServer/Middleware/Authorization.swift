import HTTPTypes
import Hummingbird

/// Lets those pass who may do what a route does.
struct Authorization: RouterMiddleware {
  let rights: Rights

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    try admit(context.caller ?? Caller(), request)
    return try await next(request, context)
  }

  /// - Throws: `ServerError`, 401 where nobody is known, 403 where they may not
  private func admit(_ caller: Caller, _ request: Request) throws {
    guard let own = caller.rights else {
      throw ServerError(
        .unauthorized, "key_needed", "An API key is needed, as the header x-api-key.")
    }
    guard own >= rights else {
      throw ServerError(
        .forbidden, "not_allowed",
        "This key may \(own.rawValue); it takes one that may \(rights.rawValue).")
    }
    // A browser sends its cookie to wherever a page asks it to; only pages of this server know the token.
    if let csrf = caller.csrf, ![.get, .head].contains(request.method),
      !ConstantTime.equal(request.headers[.csrfToken] ?? "", csrf)
    {
      throw ServerError(.forbidden, "csrf", "The header X-CSRF-Token is missing or wrong.")
    }
  }
}

extension HTTPField.Name {
  static let csrfToken = Self("x-csrf-token")!
}

extension RouterMethods<LikenessRequestContext> {
  /// A group of routes for those who have certain rights, and whose requests are in the audit log.
  ///
  /// Who is not known, or comes too often, is not in that log but counted; who is known and may not is in it.
  /// - Parameter isAudited: false for what a page asks for dozens of times at once.
  func allowing(
    _ rights: Rights, _ services: ServerServices, isAudited: Bool = true
  ) -> RouterGroup<LikenessRequestContext> {
    group().add(middleware: Audit(log: services.audit, isWritten: isAudited))
      .add(middleware: Identity(services: services))
      .add(middleware: Authorization(rights: rights))
  }
}
