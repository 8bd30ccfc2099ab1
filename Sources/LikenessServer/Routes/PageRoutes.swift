import Foundation
import Hummingbird

/// The web page: what a person sees who opens the server's address.
enum PageRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/", nil) { try answer("index.html", $0) },
      Endpoint(.get, "/page/:file", nil) { try answer(try $0.text("file"), $0) },
    ]
  }

  /// Nothing but what the server itself sends is run, shown or asked.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    + "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

  private static func answer(_ name: String, _ call: Call) throws -> Response {
    guard let file = WebPage.files[name] else { throw ServerError.noRoute }
    var response: Response
    if call.request.headers[.ifNoneMatch] == file.tag {
      response = Response(status: .notModified)
    } else {
      response = JSONAnswer.bytes(file.data, type: file.type, caching: "no-cache")
    }
    response.headers[.eTag] = file.tag
    response.headers[.contentSecurityPolicy] = policy
    response.headers[.frameOptions] = "DENY"
    return response
  }
}
