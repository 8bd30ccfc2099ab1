import Foundation
import Hummingbird
import NIOCore

/// What goes along with a request, from one middleware to the next and to the route that answers.
struct LikenessRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// In the log, in the answer's X-Request-ID and in errors.
  let requestID: String
  let remoteAddress: String?
  let channel: ObjectIdentifier
  /// What the request came by; set by `RequestOrigin`. Nil in tests without a socket.
  var connection: Connection?
  /// Set by `CompreFaceAddresses`.
  var dialect = Dialect.likeness
  /// Whether pages of any site may ask; set by `CompreFaceAddresses`.
  var isOpenToPages = false
  /// Who is asking, set by `Identity`; nil where nobody has to say.
  var caller: Caller?
  /// What the request turns out to be about, for the audit log.
  let subject = AuditSubject()
  /// A larger body is refused; set by `BodyLimits`.
  var maxUploadSize = 0
  /// What the body takes of all that may be read at the same time; set by `BodyLimits`.
  var memory: ByteBudget.Share?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    // Hummingbird's own, which is in each line of its log; a logger that keeps no metadata has none.
    requestID = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? UUID().uuidString
    remoteAddress = source.channel.remoteAddress?.ipAddress
    channel = ObjectIdentifier(source.channel)
  }

  /// Whom work for the request is done for.
  var client: Client {
    Client(
      name: caller?.key.map { "key \($0)" } ?? "address \(remoteAddress ?? "")",
      connection: connection)
  }

  // MARK: Parameters in the path

  /// The number of a thing.
  /// - Throws: `ServerError` with the code `unknown_NAME`: what is not a number is no thing either.
  func parameter<ID: ResourceID>(_: ID.Type) throws -> ID {
    guard let text = parameters.get(ID.name), let number = Int64(text), number > 0 else {
      throw ServerError(.notFound, "unknown_\(ID.name)", "There is no such \(ID.name).")
    }
    return ID(number)
  }

  /// A part of the path, decoded.
  /// - Throws: `ServerError` with the code `bad_parameter`
  func parameter(_ name: String) throws -> String {
    guard let raw = parameters.get(name), let text = raw.removingPercentEncoding else {
      throw ServerError.badParameter(name, "text in UTF-8")
    }
    return text
  }
}
