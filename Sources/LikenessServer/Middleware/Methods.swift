import Hummingbird

/// Takes the body off answers to HEAD, which are those to GET otherwise.
struct HeadAnswers: RouterMiddleware {
  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}

extension Router<LikenessRequestContext> {
  private static var methods: [HTTPRequest.Method] {
    [
      .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
      HTTPRequest.Method("QUERY")!,
    ]
  }

  /// Answers 405 to other methods than those that an address takes, and says which it takes; to be called when all
  /// routes are there.
  func refuseOtherMethods() {
    for routes in Dictionary(grouping: routes, by: \.path.description).values {
      var methods = Set(routes.map(\.method))
      // Made by the router of each GET.
      if methods.contains(.get) { methods.insert(.head) }
      let allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
      for method in Self.methods where !methods.contains(method) {
        on(routes[0].path, method: method) { _, _ -> Response in
          throw ServerError(
            .methodNotAllowed, "wrong_method", "This address takes \(allow).", allow: allow)
        }
      }
    }
  }
}
