import Foundation
import HTTPTypes
import Hummingbird

/// Where a request comes from, and whether it may: not from another site's page, nor by a name that an attacker made
/// point to this machine.
struct RequestOrigin: RouterMiddleware {
  let services: ServerServices

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.connection = services.connections.connection(of: context.channel)
    // The first is the request's authority. What stands before this server may have gone by the other.
    guard request.headers[.host] == nil else {
      throw ServerError(.badRequest, "bad_host", "A request has one Host header.")
    }
    if context.isOpenToPages, request.method == .options {
      return Response(status: .noContent)
    }
    // A browser sends its cookie whichever page asks; a key in a header is sent by those only who have it.
    if !context.isOpenToPages || request.sessionToken != nil {
      try Self.check(request, needsLocalName: !services.needsKey)
    }
    return try await next(request, context)
  }

  /// - Parameter needsLocalName: without a key, the name by which a browser came is all that tells its own pages
  ///   from others that a rebound name brought here.
  /// - Throws: `ServerError` with the codes `wrong_host` and `wrong_origin`
  static func check(_ request: Request, needsLocalName: Bool) throws {
    let host = request.head.authority ?? ""
    if needsLocalName, !LocalName.matches(host) {
      throw ServerError(
        .forbidden, "wrong_host", "This server answers by the name of this machine only.")
    }
    let isChange = ![.get, .head, .options].contains(request.method)
    guard isChange else { return }
    if let origin = request.headers[.origin], origin != "null" {
      guard let place = URLComponents(string: origin), authority(place) == host.lowercased() else {
        throw ServerError(.forbidden, "wrong_origin", "Another site may not do this here.")
      }
    } else if request.headers[.origin] == "null"
      || ["cross-site", "same-site"].contains(request.headers[.secFetchSite] ?? "")
    {
      throw ServerError(.forbidden, "wrong_origin", "Another site may not do this here.")
    }
  }

  private static func authority(_ place: URLComponents) -> String {
    (place.host ?? "").lowercased() + (place.port.map { ":\($0)" } ?? "")
  }
}

extension HTTPField.Name {
  static let host = Self("host")!
  static let secFetchSite = Self("sec-fetch-site")!
}
