import Hummingbird

/// Says how much a request may bring, which `BodyReader` enforces when a route reads it: only then, so that who may not
/// ask is told so first.
struct BodyLimits: RouterMiddleware {
  /// The largest body, in bytes.
  let bytes: Int
  /// What all that are being read may take together.
  let budget: ByteBudget

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.maxUploadSize = bytes
    let share = budget.share()
    context.memory = share
    // It counts until there is an answer: what was read is in use until then.
    defer { withExtendedLifetime(share) {} }
    return try await next(request, context)
  }
}
