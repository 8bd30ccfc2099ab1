import Hummingbird

/// Answers with what went wrong, whatever was thrown, and logs what is the server's own fault.
struct ErrorAnswers: RouterMiddleware {
  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let known = ServerError(error)
      if known.status.code >= 500, known.code != "busy" {
        context.logger.error("failed", metadata: ["error": "\(error)"])
      }
      return try known.response(from: request, context: context)
    }
  }
}
