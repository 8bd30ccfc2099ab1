import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import LikenessKit
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A gallery behind a web page and an API.
///
/// ```swift
/// let server = try LikenessServer(Likeness(gallery: folder, keepsOpen: true))
/// _ = try await server.run { print("listening on \($0)") }
/// ```
public struct LikenessServer: Sendable {
  public let configuration: ServerConfiguration
  let services: ServerServices
  private let logger: Logger

  /// Loads the networks and opens the gallery, which is made where there is none.
  /// - Throws: `ServerStartError`, `APIKeyError` where there were keys and their file is gone or damaged, `GalleryError`, `InferenceError`, `ModelError`
  public init(
    _ likeness: Likeness, _ configuration: ServerConfiguration = ServerConfiguration(),
    logger: Logger = Logger(label: "likeness")
  ) throws {
    self.configuration = configuration
    self.logger = logger
    guard 0...65_535 ~= configuration.port else {
      throw ServerStartError.cannotListen(
        host: configuration.host, port: configuration.port,
        reason: "a port is a number from 0 to 65535")
    }
    services = ServerServices(likeness, configuration)
    if let defect = services.keys.defect { throw defect }
    guard configuration.isLoopback || services.keys.areNeeded else {
      throw ServerStartError.needsKey(host: configuration.host)
    }
    try likeness.recover()
    // The first who asks is not to wait for it.
    _ = try likeness.networks.engine()
  }

  /// Answers until the program is asked to stop; what is under way then is finished.
  /// - Parameter onListening: called with the server's address when it can be reached.
  /// - Returns: false where long work on the gallery does not end in time, which loses nothing: the program may
  ///   leave without it.
  /// - Throws: `ServerStartError.cannotListen`, `.badCertificate`
  public func run(onListening: @escaping @Sendable (String) -> Void) async throws -> Bool {
    let application = try application { [configuration] channel in
      let scheme = configuration.certificate == nil ? "http" : "https"
      let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
      onListening("\(scheme)://\(host):\(channel.localAddress?.port ?? configuration.port)")
    }
    do {
      try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
    } catch let error as IOError {
      _ = await services.stop()
      throw ServerStartError.cannotListen(
        host: configuration.host, port: configuration.port,
        reason: OutputFile.reason(error.errnoCode))
    } catch {
      _ = await services.stop()
      throw error
    }
    return await services.stop()
  }

  /// The server as Hummingbird runs it, and as its tests ask it.
  func application(
    onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
  ) throws -> some ApplicationProtocol {
    var http = HTTP1Channel.Configuration()
    // A connection that sends nothing holds its place no longer.
    http.idleTimeout = .seconds(75)
    http.httpDecoder = .init(
      maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
    var limits = ConnectionGuard.Limits()
    // More nanoseconds than a number holds are as good as a year.
    limits.head = .nanoseconds(Int64(min(max(0, configuration.requestHeadSeconds), 3e7) * 1e9))
    limits.unreadBytes = configuration.uploadBytes
    let headers = SecurityHeaders(isEncrypted: configuration.certificate != nil)
    http.additionalChannelHandlers = { [connections = services.connections, limits] in
      [ConnectionGuard(connections, limits) { Self.answer(to: $0, headers) }]
    }
    let plain = HTTPServerBuilder.http1(configuration: http)
    return Application(
      router: ServerRouter(services: services).make(),
      server: try tls().map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: nil),
      onServerRunning: { [logger] channel in
        await Self.guardAccepting(channel, logger)
        await onServerRunning(channel)
      }, logger: logger)
  }

  /// What a head gets that makes no request and comes to no route.
  private static func answer(
    to error: HTTPParserError, _ headers: SecurityHeaders
  ) -> (head: HTTPResponse, body: ByteBuffer) {
    let refusal = ServerError(head: error)
    let id = UUID().uuidString
    var fields: HTTPFields = [.contentType: JSONAnswer.contentType, .cacheControl: "no-store"]
    headers.complete(&fields, requestID: id)
    let body = (try? refusal.body(requestID: id)) ?? Data()
    return (HTTPResponse(status: refusal.status, headerFields: fields), ByteBuffer(bytes: body))
  }

  private static func guardAccepting(_ channel: any Channel, _ logger: Logger) async {
    try? await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(AcceptGuard(logger: logger), position: .first)
    }.get()
  }

  private func tls() throws -> TLSConfiguration? {
    guard let certificate = configuration.certificate, let key = configuration.privateKey else {
      return nil
    }
    func read<Value>(_ url: URL, _ body: () throws -> Value) throws -> Value {
      do {
        return try body()
      } catch {
        throw ServerStartError.badCertificate(
          path: url.path, reason: "it is not a PEM file that fits")
      }
    }
    let chain = try read(certificate) { try NIOSSLCertificate.fromPEMFile(certificate.path) }
    let secret = try read(key) { try NIOSSLPrivateKey(file: key.path, format: .pem) }
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
    tls.minimumTLSVersion = .tlsv12
    // A pair that does not fit is found out now, not at the first connection.
    _ = try read(key) { try NIOSSLContext(configuration: tls) }
    return tls
  }
}
