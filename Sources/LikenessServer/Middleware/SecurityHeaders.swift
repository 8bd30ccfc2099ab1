import HTTPTypes
import Hummingbird

/// The headers of every answer, also where there is nothing at an address: its id, and what browsers may do with it.
struct SecurityHeaders: RouterMiddleware {
  /// Whether the server speaks TLS.
  let isEncrypted: Bool

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.requestID] = context.requestID
    response.headers[.contentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.resourcePolicy] = context.isOpenToPages ? "cross-origin" : "same-origin"
    if context.isOpenToPages {
      response.headers[.accessControlAllowOrigin] = "*"
      response.headers[.accessControlAllowHeaders] = "x-api-key, content-type"
      response.headers[.accessControlAllowMethods] = "GET, POST, PUT, DELETE"
    }
    response.headers[.openerPolicy] = "same-origin"
    response.headers[.permissionsPolicy] = "camera=(self), microphone=(), geolocation=()"
    // A page brings its own.
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
      response.headers[.frameOptions] = "DENY"
    }
    if isEncrypted { response.headers[.transportSecurity] = "max-age=31536000" }
    return response
  }
}

extension HTTPField.Name {
  static let requestID = Self("x-request-id")!
  static let contentSecurityPolicy = Self("content-security-policy")!
  static let contentTypeOptions = Self("x-content-type-options")!
  static let referrerPolicy = Self("referrer-policy")!
  static let permissionsPolicy = Self("permissions-policy")!
  static let resourcePolicy = Self("cross-origin-resource-policy")!
  static let openerPolicy = Self("cross-origin-opener-policy")!
  static let frameOptions = Self("x-frame-options")!
  static let transportSecurity = Self("strict-transport-security")!
}
