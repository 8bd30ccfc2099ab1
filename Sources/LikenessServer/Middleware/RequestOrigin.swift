import Foundation
import HTTPTypes
import Hummingbird

/// Where a request comes from, and whether it may: not from another site's page, nor by a name that an attacker made
/// point to this machine.
struct RequestOrigin: RouterMiddleware {
  let services: ServerServices

  /// In bytes; the longest are lists of photos that are to be downloaded.
  static let maximumAddress = 8_192

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.connection = services.connections.connection(of: context.channel)
    // The first is the request's authority; one that needs none has an empty one (`VersionGuard`). What stands before this
    // server may have gone by another.
    guard request.head.authority != nil, request.headers[.host] == nil else {
      throw ServerError(.badRequest, "bad_host", "A request has one Host header.")
    }
    guard request.uri.string.utf8.count <= Self.maximumAddress else {
      throw ServerError(
        .uriTooLong, "address_too_long",
        "The address of a request has \(Self.maximumAddress) bytes at most.")
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
