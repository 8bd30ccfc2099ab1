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
    requestID = String(UUID().uuidString.prefix(18)).lowercased()
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
