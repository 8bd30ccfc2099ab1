import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands in a connection's pipeline behind what makes parts of requests of its bytes: takes it in or closes it, gives its
/// first request so long to arrive, answers heads that make no request, and ends it where a request is answered before all
/// of it came or was said to be the last.
///
/// Such a body, of a request that is refused, is not read to its end. What comes for a little while is thrown away, since a
/// client that is still sending would else not see the answer; then the connection is closed.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  typealias Refusing = @Sendable (HTTPParserError) -> (head: HTTPResponse, body: ByteBuffer)

  /// What a connection may take.
  struct Limits: Sendable {
    /// Until the first request's head is there.
    var head = TimeAmount.seconds(20)
    /// What is thrown away of a body that nobody reads, in bytes.
    var unreadBytes = 25_000_000
    /// And for how long.
    var unread = TimeAmount.seconds(5)
  }

  private let connections: Connections
  private let limits: Limits
  private let refusing: Refusing
  /// Nil before it is taken in, and where it is not.
  private var connection: Connection?
  private var deadline: Scheduled<Void>?
  private var requestsUnderWay = 0
  /// Whether the end of the last request has not come yet.
  private var isArriving = false
  /// Whether the answer under way is the last one.
  private var isLast = false
  /// Whether the client has said that no request follows the last one.
  private var hasLastRequest = false
  /// What came after the last request and makes none.
  private var refusal: HTTPParserError?
  /// How many bytes were thrown away; nil while parts are passed on.
  private var unreadBytes: Int?

  /// - Parameter refusing: the answer to a head that makes no request.
  init(
    _ connections: Connections, _ limits: Limits,
    refusing: @escaping Refusing = { _ in (HTTPResponse(status: .badRequest), ByteBuffer()) }
  ) {
    (self.connections, self.limits, self.refusing) = (connections, limits, refusing)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // Tests bring requests, and no bytes that are to become some.
    try? VersionGuard.join(context.pipeline)
    if context.channel.isActive { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    // One that was not taken in is closed by now.
    if connection != nil { context.fireChannelActive() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard connection == nil else { return }
    connection = connections.admit(context.channel)
    guard connection != nil else { return context.close(promise: nil) }
    closeConnection(context, in: limits.head)
  }

  private func end(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    guard let connection else { return }
    connection.abandon()
    connections.remove(context.channel)
  }

  private func closeConnection(_ context: ChannelHandlerContext, in time: TimeAmount) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      context.close(promise: nil)
    }
  }

  // MARK: What comes

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if let unreadBytes {
      guard case .body(let buffer) = part else { return context.close(promise: nil) }
      self.unreadBytes = unreadBytes + buffer.readableBytes
      if unreadBytes + buffer.readableBytes > limits.unreadBytes { context.close(promise: nil) }
      return
    }
    // What was sent after the last request is none.
    if hasLastRequest, !isArriving { return }
    switch part {
    case .head(let head):
      hasLastRequest = Self.endsConnection(head)
      deadline?.cancel()
      deadline = nil
      requestsUnderWay += 1
      isArriving = true
      connection?.beginRequest()
    case .body: break
    case .end: isArriving = false
    }
    context.fireChannelRead(data)
  }

  private static func endsConnection(_ head: HTTPRequest) -> Bool {
    head.headerFields[values: .connection].contains { value in
      value.split(separator: ",").contains {
        $0.trimmingCharacters(in: .whitespaces).lowercased() == "close"
      }
    }
  }

  /// What cannot be read ends the connection: with the answer, where it is a head.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard refusal == nil else { return }
    // Whoever reads a body finds out that it breaks off.
    guard let error = error as? HTTPParserError, !isArriving, unreadBytes == nil else {
      return context.fireErrorCaught(error)
    }
    guard !hasLastRequest else { return }
    refusal = error
    if requestsUnderWay == 0 { refuse(context) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Whoever takes parts further back asks for no more of them.
    if unreadBytes != nil { context.read() }
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      connection?.abandon()
      if unreadBytes != nil { context.close(promise: nil) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: What is answered

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      // Of several requests sent at once, the last may still be coming while another is answered.
      if isArriving || hasLastRequest, requestsUnderWay == 1 {
        isLast = true
        head.headerFields[.connection] = "close"
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      // Bytes that make no request are answered, too.
      requestsUnderWay = max(0, requestsUnderWay - 1)
      guard isLast else {
        if requestsUnderWay == 0 { connection?.endRequest() }
        context.write(data, promise: promise)
        if requestsUnderWay == 0 { refuse(context) }
        return
      }
      let written = promise ?? context.eventLoop.makePromise(of: Void.self)
      written.futureResult.assumeIsolated().whenComplete { _ in self.leaveUnread(context) }
      context.writeAndFlush(data, promise: written)
    }
  }

  /// Ends what is sent, and throws away what comes until the client has seen that.
  private func leaveUnread(_ context: ChannelHandlerContext) {
    guard isArriving || refusal != nil, connection?.isAbandoned == false else {
      return context.close(promise: nil)
    }
    unreadBytes = 0
    closeConnection(context, in: limits.unread)
    context.close(mode: .output, promise: nil)
    context.read()
  }

  /// Answers the head that makes no request, if there is one, and ends the connection.
  private func refuse(_ context: ChannelHandlerContext) {
    guard let refusal else { return }
    let answer = refusing(refusal)
    var head = answer.head
    head.headerFields[.connection] = "close"
    head.headerFields[.contentLength] = "\(answer.body.readableBytes)"
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.leaveUnread(context) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
