import Hummingbird

/// The web page: what a person sees who opens the server's address; and the API, to be read.
struct PageRoutes {
  func addRoutes(to router: some RouterMethods<LikenessRequestContext>) {
    router.get("/") { request, _ in try answer("index.html", request) }
    router.get("/docs") { request, _ in try answer("docs.html", request) }
    router.get("/page/:file") { request, context in
      try answer(try context.parameter("file"), request)
    }
  }

  /// Nothing but what the server itself sends is run, shown or asked.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    + "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

  private func answer(_ name: String, _ request: Request) throws -> Response {
    guard let file = WebPage.files[name] else { throw ServerError.noRoute }
    var response: Response
    if request.headers[.ifNoneMatch] == file.tag {
      response = Response(status: .notModified)
    } else {
      response = JSONAnswer.bytes(file.data, type: file.type, caching: "no-cache")
    }
    response.headers[.eTag] = file.tag
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.frameOptions] = "DENY"
    return response
  }
}
