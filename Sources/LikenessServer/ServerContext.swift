import Hummingbird
import NIOCore

/// What goes along with a request.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// In the log, in the answer's X-Request-ID and in errors.
  var requestID: String { id }
  let remoteAddress: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
