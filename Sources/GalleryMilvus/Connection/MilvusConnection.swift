import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import GalleryCore
import LikenessCore
import SwiftProtobuf

/// A connection to a Milvus server, for any number of threads. Calls block until they are answered.
///
/// Each call has a deadline, and is made again where the server is away or has its hands full. All that is asked
/// for may be asked for twice: rows are put by their keys.
final class MilvusConnection: Sendable {
  /// How long a question may take, and how long it is asked again before it fails.
  struct Patience: Sendable {
    /// Of one attempt.
    var deadline: Duration
    /// Of all attempts together.
    var total: Duration

    /// For what a server may take long for, such as loading a large collection.
    static let long = Patience(deadline: .seconds(1800), total: .seconds(1800))
  }

  let address: MilvusAddress
  /// Unless a call says otherwise.
  private let patience: Patience
  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  /// Whoever asks may have the threads of all other tasks in use.
  private let threads = OwnThreads()
  private let metadata: Metadata
  private let writes = NSLock()

  /// Larger answers are asked for in parts; Milvus itself sends none beyond 256 MB.
  private static let largestMessage = 256 << 20

  /// - Parameter limit: how long a question is asked again where the server is away.
  /// - Throws: `MilvusError`; whether the server is there shows at the first call.
  init(
    _ address: MilvusAddress, retryingFor limit: Duration = .seconds(90)
  ) throws(MilvusError) {
    self.address = address
    patience = Patience(deadline: .seconds(60), total: limit)
    let transport: HTTP2ClientTransport.Posix
    do {
      transport = try HTTP2ClientTransport.Posix(
        target: Self.target(address), transportSecurity: try Self.security(address))
    } catch let error as MilvusError {
      throw error
    } catch {
      throw .unreachable(address.text, reason: "\(error)")
    }
    client = GRPCClient(transport: transport)
    Task.detached(executorPreference: threads) { [client] in try? await client.runConnections() }
    var metadata: Metadata = ["dbname": "\(address.database)"]
    if !address.token.isEmpty {
      metadata.addString(Data(address.token.utf8).base64EncodedString(), forKey: "authorization")
    }
    self.metadata = metadata
  }

  deinit { client.beginGracefulShutdown() }

  private static func target(_ address: MilvusAddress) -> any ResolvableTarget {
    let host = address.host.trimmingCharacters(in: ["[", "]"])
    if host.contains(":") { return .ipv6(address: host, port: address.port) }
    let isNumber = host.allSatisfy { $0 == "." || $0.isNumber }
    return isNumber
      ? .ipv4(address: host, port: address.port) : .dns(host: host, port: address.port)
  }

  private static func security(
    _ address: MilvusAddress
  ) throws -> HTTP2ClientTransport.Posix.TransportSecurity {
    guard address.usesTLS else { return .plaintext }
    guard let path = address.trustedCertificates else { return .tls }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.contains("BEGIN")
    else { throw MilvusError.badCertificate(path: path, reason: "it is not a PEM file") }
    return .tls { $0.trustRoots = .certificates([.file(path: path, format: .pem)]) }
  }

  /// Makes a call, again and again while that may help.
  /// - Parameters:
  ///   - method: as the service names it.
  ///   - status: where its answer says how it went.
  ///   - patience: how long it may take.
  ///   - mend: called where the server says that a collection is not loaded.
  /// - Throws: `MilvusError`
  func call<Request: Message, Answer: Message>(
    _ method: String, _ request: Request, status: (Answer) -> ProtoStatus,
    patience: Patience? = nil, mend: (() throws(MilvusError) -> Void)? = nil
  ) throws(MilvusError) -> Answer {
    let patience = patience ?? self.patience
    var schedule = RetrySchedule(limit: patience.total)
    var isMended = false
    while true {
      let failure: Failure
      switch attempt(method, request, deadline: patience.deadline) as Result<Answer, RPCError> {
      case .success(let answer):
        guard let refusal = Failure(status(answer)) else { return answer }
        failure = refusal
        if refusal.isNotLoaded, let mend, !isMended {
          isMended = true
          try mend()
          continue
        }
      case .failure(let error): failure = Failure(error)
      }
      guard failure.isPassing, let wait = schedule.wait() else {
        throw failure.error(address.text)
      }
      Thread.sleep(forTimeInterval: wait / .seconds(1))
    }
  }

  /// The same where the answer is a status and no more.
  func call<Request: Message>(
    _ method: String, _ request: Request, patience: Patience? = nil,
    mend: (() throws(MilvusError) -> Void)? = nil
  ) throws(MilvusError) {
    _ = try call(
      method, request, status: \ProtoStatus.itself, patience: patience, mend: mend)
  }

  /// Lets one thread after the other write: servers for one machine mix up the bytes of writes that come at once.
  func writing<Value>(_ body: () throws(MilvusError) -> Value) throws(MilvusError) -> Value {
    writes.lock()
    defer { writes.unlock() }
    return try body()
  }

  /// Whether it is Milvus Lite, which runs on one machine and does less.
  func isForOneMachine() throws(MilvusError) -> Bool {
    let answer: ProtoGetVersionResponse = try call(
      "GetVersion", ProtoGetVersionRequest(), status: \.status)
    return answer.version.hasPrefix("milvus_lite")
  }

  private func attempt<Request: Message, Answer: Message>(
    _ method: String, _ request: Request, deadline: Duration
  ) -> Result<Answer, RPCError> {
    var options = CallOptions.defaults
    options.timeout = deadline
    // A server that is away is said to be; whoever asks decides how long to wait.
    options.waitForReady = false
    options.maxRequestMessageBytes = Self.largestMessage
    options.maxResponseMessageBytes = Self.largestMessage
    let (client, metadata, asked) = (client, metadata, options)
    do {
      return .success(
        try blocking(on: threads) {
          try await client.unary(
            request: ClientRequest(message: request, metadata: metadata),
            descriptor: MethodDescriptor(
              fullyQualifiedService: "milvus.proto.milvus.MilvusService", method: method),
            serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Answer>(),
            options: asked
          ) { try $0.message }
        })
    } catch let error as RPCError {
      return .failure(error)
    } catch {
      return .failure(RPCError(code: .unknown, message: "\(error)"))
    }
  }
}

extension ProtoStatus {
  fileprivate var itself: ProtoStatus { self }
}

/// Why a call failed, and whether it may go well later.
private struct Failure {
  enum Kind {
    case away, forbidden, full, refused
  }

  let kind: Kind
  let code: Int
  let reason: String
  let isPassing: Bool

  /// Nil where all went well.
  init?(_ status: ProtoStatus) {
    guard status.code != 0 || status.errorCode != 0 else { return nil }
    code = Int(status.code == 0 ? status.errorCode : status.code)
    reason = Self.line(status.reason)
    let isFull = reason.contains("No space left") || code == 7
    kind = isFull ? .full : .refused
    // milvus/pkg/util/merr: not ready, unavailable, too many requests, rate limited, not whole loaded; and the older
    // numbers of the last two.
    isPassing =
      !isFull
      && ([2, 4, 8, 103].contains(code) || (code == 1 && status.retriable)
        || [49, 56].contains(status.errorCode))
  }

  init(_ error: RPCError) {
    code = error.code.rawValue
    let cause = (error.cause as? RPCError)?.message ?? error.cause.map { "\($0)" }
    let text = cause.map { "\(error.message) (\($0))" } ?? error.message
    if text.contains("handshakeFailed") {
      // Another try ends the same.
      (kind, isPassing) = (.away, false)
      reason =
        "TLS cannot be agreed on: its certificate is not trusted here (LIKENESS_MILVUS_CERTIFICATES names a file of "
        + "those that are), or it speaks without TLS"
      return
    }
    switch error.code {
    case .unauthenticated, .permissionDenied: (kind, isPassing) = (.forbidden, false)
    case .unavailable, .cancelled, .unknown, .aborted, .internalError, .deadlineExceeded:
      (kind, isPassing) = (.away, true)
    default: (kind, isPassing) = (.refused, false)
    }
    reason = Self.reason(error.code, text)
  }

  /// What users can do something about; how the transport puts it tells them nothing.
  private static func reason(_ code: RPCError.Code, _ text: String) -> String {
    let lower = text.lowercased()
    return switch code {
    case .deadlineExceeded: "it does not answer in time"
    case .unavailable where lower.contains("unknown(host") || lower.contains("resolve"):
      "there is no machine of this name"
    case .unavailable: "no Milvus server answers there; is it running?"
    default: line(text)
    }
  }

  /// A collection has to be loaded before it answers; a server that was started again has forgotten it.
  var isNotLoaded: Bool { kind == .refused && code == 101 }

  func error(_ address: String) -> MilvusError {
    switch kind {
    case .away: .unreachable(address, reason: reason)
    case .forbidden: .notAllowed(address, reason: reason)
    case .full: .full(address, reason: reason)
    case .refused: .refused(address, code: code, reason: reason)
    }
  }

  private static func line(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 300 ? line.prefix(300) + "…" : line
  }
}
