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
    complete(
      &response.headers, requestID: context.requestID, isOpenToPages: context.isOpenToPages)
    return response
  }

  /// Adds them to those that an answer has.
  func complete(_ headers: inout HTTPFields, requestID: String, isOpenToPages: Bool = false) {
    headers[.requestID] = requestID
    headers[.contentTypeOptions] = "nosniff"
    headers[.referrerPolicy] = "no-referrer"
    headers[.resourcePolicy] = isOpenToPages ? "cross-origin" : "same-origin"
    if isOpenToPages {
      headers[.accessControlAllowOrigin] = "*"
      headers[.accessControlAllowHeaders] = "x-api-key, content-type"
      headers[.accessControlAllowMethods] = "GET, POST, PUT, DELETE"
    }
    headers[.openerPolicy] = "same-origin"
    headers[.permissionsPolicy] = "camera=(self), microphone=(), geolocation=()"
    // A page brings its own.
    if headers[.contentSecurityPolicy] == nil {
      headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
      headers[.frameOptions] = "DENY"
    }
    if isEncrypted { headers[.transportSecurity] = "max-age=31536000" }
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
