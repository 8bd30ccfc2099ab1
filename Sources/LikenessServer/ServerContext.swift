import Foundation
import Hummingbird
import NIOCore

/// What goes along with a request.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// In the log, in the answer's X-Request-ID and in errors.
  let requestID: String
  let remoteAddress: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    // Hummingbird's own, which is in each line of its log.
    requestID = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? UUID().uuidString
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
