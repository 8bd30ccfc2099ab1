import Foundation
import Logging
import NIOCore

/// Stands in the pipeline of the socket that listens: where the process or the machine has no descriptor for another
/// connection, it waits a second, and says so once a minute.
///
/// NIO's own handler puts off the next read, and is called at once all the same, since the socket stays ready.
final class AcceptGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private let logger: Logger
  private let pause: TimeAmount
  private var isPaused = false
  /// When it was last said.
  private var said: NIODeadline?

  init(logger: Logger, pause: TimeAmount = .seconds(1)) {
    (self.logger, self.pause) = (logger, pause)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let failure = error as? IOError else { return context.fireErrorCaught(error) }
    guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(failure.errnoCode) else {
      // That connection is gone; the next may be all right.
      return
    }
    let now = NIODeadline.now()
    if said.map({ now - $0 >= .minutes(1) }) ?? true {
      said = now
      logger.error(
        "no connection can be accepted",
        metadata: ["error": "\(String(cString: strerror(failure.errnoCode)))"])
    }
    guard !isPaused else { return }
    isPaused = true
    let channel = context.channel
    channel.setOption(.autoRead, value: false).assumeIsolated().whenComplete { _ in
      context.eventLoop.assumeIsolated().scheduleTask(in: self.pause) {
        self.isPaused = false
        channel.setOption(.autoRead, value: true).whenComplete { _ in }
      }
    }
  }
}

@available(*, unavailable)
extension AcceptGuard: Sendable {}
