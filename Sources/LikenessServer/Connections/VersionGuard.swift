import NIOCore
import NIOHTTP1

/// Stands in a connection's pipeline before what makes requests of heads, which keeps no version: has a connection of
/// HTTP/1.0 closed after its answer, and tells a head that needs no `Host` from one that lacks it.
final class VersionGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  /// Takes its place in a pipeline that reads bytes.
  static func join(_ pipeline: ChannelPipeline) throws {
    let operations = pipeline.syncOperations
    let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
    try operations.addHandler(VersionGuard(), position: .after(decoder))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), head.version != .http1_1 else {
      return context.fireChannelRead(data)
    }
    // Who speaks HTTP/1.0 may read until the connection ends.
    head.headers.replaceOrAdd(name: "connection", value: "close")
    if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: "") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}

@available(*, unavailable)
extension VersionGuard: Sendable {}
