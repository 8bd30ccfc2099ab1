import Hummingbird

/// Has requests to CompreFace's addresses answered in its terms, and lets any site's page ask them as it does.
struct CompreFaceAddresses: RouterMiddleware {
  let services: ServerServices

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if Self.contain(context.endpointPath ?? request.uri.path) { context.dialect = .compreFace }
    // With a key in a header, which no page sends unless it has it.
    context.isOpenToPages = Self.contain(request.uri.path) && services.needsKey
    return try await next(request, context)
  }

  private static func contain(_ path: String) -> Bool {
    ["/api/v1/recognition/", "/api/v1/detection/", "/api/v1/verification/", "/static/"].contains {
      path.hasPrefix($0)
    }
  }
}
