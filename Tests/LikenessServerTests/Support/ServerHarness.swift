import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LikenessKit
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import LikenessServer

/// A server without a socket, asked through HummingbirdTesting, each of whose answers is held against the document that
/// describes it.
struct ServerHarness {
  let server: LikenessServer
  private let client: any TestClientProtocol
  private let document: OpenAPIDocument
  private let asked = Asked()

  /// An answer as a test looks at it.
  struct Answer {
    let status: Int
    let headers: HTTPFields
    let body: Data

    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    /// The code of an error.
    var code: String? { (json["error"] as? [String: Any])?["code"] as? String }

    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }
    func number(_ name: String) -> Int? { json[name] as? Int }
  }

  private final class Asked: Sendable {
    let operations = Mutex<Set<String>>([])
  }

  /// Operations that were answered with success.
  var answered: Set<String> { asked.operations.withLock { $0 } }

  /// Runs a server over a gallery of its own, which goes afterwards.
  /// - Parameter files: what lies in the gallery's folder besides, by name.
  static func run(
    withSamples: Bool = true, _ configuration: ServerConfiguration = ServerConfiguration(),
    files: [String: Data] = [:], _ body: @escaping @Sendable (ServerHarness) async throws -> Void
  ) async throws {
    let document = try OpenAPIDocument()
    try await withServer(withSamples: withSamples, configuration, files: files) { server in
      try await server.application().test(.router) { client in
        try await body(ServerHarness(server: server, client: client, document: document))
      }
    }
  }

  /// Runs a server over an empty gallery of its own on a free port of `localhost`, which the work gets.
  static func live(
    _ configuration: ServerConfiguration = ServerConfiguration(), files: [String: Data] = [:],
    _ body: @escaping @Sendable (LikenessServer, Int) async throws -> Void
  ) async throws {
    try await withServer(withSamples: false, configuration, files: files) { server in
      let (ports, port) = AsyncStream.makeStream(of: Int.self)
      let application = try server.application { channel in
        port.yield(channel.localAddress?.port ?? 0)
      }
      let services = ServiceGroup(
        services: [application], gracefulShutdownSignals: [], logger: application.logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { port.finish() }
          try await services.run()
        }
        let result: Result<Void, any Error>
        do {
          for await port in ports.prefix(1) { try await body(server, port) }
          result = .success(())
        } catch {
          result = .failure(error)
        }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        try result.get()
      }
    }
  }

  private static func withServer(
    withSamples: Bool, _ configuration: ServerConfiguration, files: [String: Data],
    _ body: (LikenessServer) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("likeness-server-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    if withSamples {
      try FileManager.default.copyItem(at: try SampleGallery.folder.get(), to: folder)
    } else {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    for (name, data) in files { try data.write(to: folder.appendingPathComponent(name)) }
    var configuration = configuration
    configuration.port = 0
    let server = try LikenessServer(
      Likeness(gallery: folder, keepsOpen: true), configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    do {
      try await body(server)
    } catch {
      _ = await server.services.stop()
      throw error
    }
    _ = await server.services.stop()
  }

  @discardableResult
  func call(
    _ method: HTTPRequest.Method, _ uri: String, json: Any? = nil, body: Data? = nil,
    headers: [String: String] = [:], place: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    var data = body
    if let json {
      data = try JSONSerialization.data(withJSONObject: json)
      fields[.contentType] = "application/json"
    }
    let response = try await client.execute(
      uri: uri, method: method, headers: fields, body: data.map { ByteBuffer(bytes: $0) })
    let answer = Answer(
      status: response.status.code, headers: response.headers, body: Data(buffer: response.body))
    let path = String(uri.prefix { $0 != "?" })
    if let operation = document.operation(method.rawValue, path),
      document.operations.contains(operation)
    {
      let faults = document.faults(
        operation, status: answer.status, type: answer.headers[.contentType] ?? "",
        body: answer.body)
      #expect(faults.isEmpty, "\(faults.prefix(5))", sourceLocation: place)
      if answer.status < 300 { _ = asked.operations.withLock { $0.insert(operation) } }
    }
    #expect(answer.headers[.requestID] != nil, sourceLocation: place)
    return answer
  }

  /// A body of parts; files have a file name.
  @discardableResult
  func upload(
    _ uri: String, files: [(part: String, name: String, data: Data)],
    fields: [String: String] = [:],
    headers: [String: String] = [:], place: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let boundary = "test-boundary"
    var body = Data()
    for (name, value) in fields {
      body += Data(
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
      )
    }
    for file in files {
      body += Data(
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.part)\"; filename=\"\(file.name)\"\r\nContent-Type: image/jpeg\r\n\r\n"
          .utf8)
      body += file.data + Data("\r\n".utf8)
    }
    body += Data("--\(boundary)--\r\n".utf8)
    return try await call(
      .post, uri, body: body,
      headers: headers.merging(["content-type": "multipart/form-data; boundary=\(boundary)"]) {
        $1
      },
      place: place)
  }

  static func sample(_ name: String) throws -> Data {
    try Data(contentsOf: Samples.photo(name))
  }

  /// A sample photo as other content: smaller, and encoded anew.
  static func smaller(_ name: String, side: Int = 500) throws -> Data {
    try Photo.load(contentsOf: Samples.photo(name)).fitted(longestSide: side).jpegData(quality: 80)
  }
}
