import Foundation
import Hummingbird
import NIOCore

/// What goes along with a request, from one middleware to the next.
struct LikenessRequestContext: RequestContext {
  /// In which API's terms answers and errors are written.
  enum Dialect: Sendable { case likeness, compreFace }

  var coreContext: CoreRequestContextStorage
  /// In the log, in the answer's X-Request-ID and in errors.
  let requestID: String
  let remoteAddress: String?
  var dialect = Dialect.likeness

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    // Hummingbird's own, which is in each line of its log; a logger that keeps no metadata has none.
    requestID = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? UUID().uuidString
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
