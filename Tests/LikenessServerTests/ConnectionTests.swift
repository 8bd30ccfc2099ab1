import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import LikenessServer

/// How many connections a server keeps, for how long, and what it reads of them.
@Suite struct ConnectionTests {
  // MARK: How many

  @Test func theOneThatWaitedLongestMakesRoom() throws {
    let connections = Connections(maximum: 16)
    let channels = try (0..<17).map { try channel(from: "127.0.0.\($0 + 1)") }
    let first = try #require(connections.admit(channels[0]))
    first.beginRequest()
    for channel in channels[1..<16] { #expect(connections.admit(channel) != nil) }
    #expect(connections.count == 16)
    #expect(connections.admit(channels[16]) != nil)
    #expect(connections.count == 16)
    #expect(channels[0].isActive && !channels[1].isActive, "the first is being answered")
    #expect(channels[2...].allSatisfy { $0.isActive })
    #expect(connections.connection(of: ObjectIdentifier(channels[1])) == nil)

    // Where all are being answered, there is no room.
    for channel in channels {
      connections.connection(of: ObjectIdentifier(channel))?.beginRequest()
    }
    let late = try self.channel(from: "127.0.0.1")
    #expect(connections.admit(late) == nil && connections.count == 16)
    connections.remove(channels[0])
    #expect(connections.admit(late) != nil)
  }

  @Test func oneAddressLeavesRoomForOthers() throws {
    let connections = Connections(maximum: 64)
    #expect(connections.maximumPerAddress == 16)
    let own = try (0..<17).map { _ in try channel(from: "10.0.0.1") }
    for channel in own.prefix(16) { connections.admit(channel)?.beginRequest() }
    #expect(connections.admit(own[16]) == nil)
    let other = try self.channel(from: "10.0.0.2")
    #expect(connections.admit(other) != nil)
    connections.connection(of: ObjectIdentifier(own[5]))?.endRequest()
    #expect(connections.admit(own[16]) != nil)
    #expect(!own[5].isActive && other.isActive)
    // As many as there are places may come from this machine, where a proxy is.
    for _ in 0..<47 {
      let near = try self.channel(from: "127.0.0.1")
      #expect(connections.admit(near) != nil)
    }
    #expect(connections.count == 64)
  }

  @Test func anOriginIsAnAddressOrANetwork() throws {
    func origin(_ text: String) throws -> String? {
      Connection.origin(of: try SocketAddress(ipAddress: text, port: 1))
    }
    for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
      #expect(try origin(own) == nil, "\(own)")
    }
    #expect(Connection.origin(of: nil) == nil)
    let same = try [("10.0.0.1", "::ffff:10.0.0.1"), ("2001:db8::1", "2001:db8::ffff:1")]
      .map { (try origin($0), try origin($1)) }
    #expect(same.allSatisfy { $0 != nil && $0 == $1 }, "\(same)")
    let others = try [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8:0:1::1")]
      .map { (try origin($0), try origin($1)) }
    #expect(others.allSatisfy { $0 != $1 }, "\(others)")
  }

  @Test func descriptorsAreLeftForTheRest() {
    let maxima = [64, 128, 256, 1_024, 1 << 20].map { Connections.maximum(ofDescriptors: $0) }
    #expect(maxima == [16, 64, 192, 768, 4_096])
  }

  private func channel(
    from address: String, _ handler: ConnectionGuard? = nil
  ) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
    if let handler { try channel.pipeline.syncOperations.addHandler(handler) }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 2)).wait()
    // Connecting made the other end its address.
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
    return channel
  }

  // MARK: For how long

  private static let post = HTTPRequestPart.head(
    HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/"))
  private static let ok = HTTPResponsePart.head(HTTPResponse(status: .ok))

  @Test func theFirstHeadHasATime() throws {
    let connections = Connections(maximum: 16)
    let slow = try self.channel(from: "127.0.0.1", ConnectionGuard(connections, .init()))
    slow.embeddedEventLoop.advanceTime(by: .seconds(19))
    #expect(slow.isActive && connections.count == 1)
    slow.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!slow.isActive && connections.count == 0)

    let fast = try self.channel(from: "127.0.0.1", ConnectionGuard(connections, .init()))
    let own = try #require(connections.connection(of: ObjectIdentifier(fast)))
    #expect(own.waitingSince != nil)
    try fast.writeInbound(Self.post)
    #expect(own.waitingSince == nil)
    fast.embeddedEventLoop.advanceTime(by: .seconds(100))
    #expect(fast.isActive)
    try fast.writeInbound(HTTPRequestPart.end(nil))
    try fast.writeOutbound(Self.ok)
    try fast.writeOutbound(HTTPResponsePart.end(nil))
    #expect(own.waitingSince != nil && fast.isActive)
    let head = try fast.readOutbound(as: HTTPResponsePart.self)
    #expect(head == Self.ok, "such a connection is kept")
  }

  @Test func whoIsGoneIsKnown() throws {
    let connections = Connections(maximum: 16)
    let channel = try self.channel(from: "127.0.0.1", ConnectionGuard(connections, .init()))
    let own = try #require(connections.connection(of: ObjectIdentifier(channel)))
    try channel.writeInbound(Self.post)
    #expect(!own.isAbandoned)
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    #expect(own.isAbandoned)
  }

  /// What is answered before its body is there is the connection's last.
  @Test func anAnswerToHalfARequestIsTheLast() throws {
    let channel = try self.channel(
      from: "127.0.0.1", ConnectionGuard(Connections(maximum: 16), .init()))
    try channel.writeInbound(Self.post)
    try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "some")))
    try channel.writeOutbound(Self.ok)
    guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self) else {
      Issue.record("no head was written")
      return
    }
    #expect(head.headerFields[.connection] == "close")
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    #expect(!channel.isActive)
  }

  // MARK: Over sockets

  @Test func halfOpenConnectionsSilenceNobody() async throws {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 16
    try await ServerHarness.live(configuration) { server, port in
      let half = try (0..<40).map { _ in
        let socket = try RawSocket(port: port)
        try socket.send("GET /health HTTP/1.1\r\nHost: loc")
        return socket
      }
      let whole = try RawSocket(port: port)
      try whole.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try await whole.received(until: "}").hasPrefix("HTTP/1.1 200"))
      #expect(server.services.connections.count <= 16)
      try whole.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let metrics = try await whole.received(until: "process_start_time_seconds ")
      let told = try #require(
        metrics.split(separator: "\n").first { $0.hasPrefix("likeness_connections ") })
      // Of a machine under load, not all of them have come yet.
      #expect(1...16 ~= Int(told.split(separator: " ")[1]) ?? 0, "\(told)")
      withExtendedLifetime(half) {}
    }
  }

  @Test func aSlowHeadIsCutOff() async throws {
    var configuration = ServerConfiguration()
    configuration.requestHeadSeconds = 0.2
    try await ServerHarness.live(configuration) { _, port in
      let socket = try RawSocket(port: port)
      try socket.send("GET /health HTTP/1.1\r\nX-Slow: ")
      #expect(try await socket.received() == "")
    }
  }

  /// With and without a key, to where a body is read and to where none is.
  @Test(arguments: [
    (true, "/api/v1/detect", "413"), (false, "/api/v1/detect", "401"), (true, "/health", "405"),
  ])
  func aBodyWithoutEndIsCutOff(hasKey: Bool, path: String, status: String) async throws {
    let made = try Keys()
    var configuration = ServerConfiguration()
    configuration.uploadBytes = 200_000
    try await ServerHarness.live(configuration, files: ["keys.json": made.file]) { _, port in
      let socket = try RawSocket(port: port)
      try socket.send(
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + (hasKey ? "X-API-Key: \(made.write)\r\n" : "") + "Transfer-Encoding: chunked\r\n\r\n")
      let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
      // No more at first than is taken and thrown away: the answer is lost when the connection is reset.
      for _ in 0..<(status == "413" ? 4 : 1) { try socket.send(chunk) }
      let answer = try await socket.received(until: "}}")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(300))")
      #expect(answer.lowercased().contains("connection: close"))
      let sent = await socket.sends(chunk, atMost: 1_000)
      #expect(sent < 1_000, "64 MB were read on")
    }
  }

  // MARK: Heads

  /// A head that is none is answered as all else is, and ends the connection.
  @Test(arguments: [
    (
      "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: \(String(repeating: "x", count: 20_000))\r\n\r\n",
      431, "head_too_large"
    ),
    (
      "GET /health HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X-A: b\r\n", count: 101))\r\n",
      431, "head_too_large"
    ),
    (
      "GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 431,
      "head_too_large"
    ),
    ("GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, "bad_request"),
    ("nonsense\r\n\r\n", 400, "bad_request"),
  ])
  func aHeadThatIsNoneIsAnswered(head: String, status: Int, code: String) async throws {
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      try socket.send(head)
      let answer = try await socket.received()
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.contains("\"code\":\"\(code)\""), "\(answer)")
      let fields = answer.lowercased()
      for field in ["connection: close", "content-type: application/json", "x-request-id: "] {
        #expect(fields.contains(field), "\(answer)")
      }
    }
  }

  /// What came before it is answered first.
  @Test func aHeadThatIsNoneWaitsForAnswers() async throws {
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      try socket.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n")
      let answers = try await socket.received()
      #expect(answers.hasPrefix("HTTP/1.1 200 "), "\(answers)")
      #expect(answers.contains("HTTP/1.1 400 ") && answers.contains("bad_request"), "\(answers)")
    }
  }

  @Test func anAddressHasALength() async throws {
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      for (more, status) in [(0, "200"), (1, "414")] {
        let query = String(repeating: "x", count: RequestOrigin.maximumAddress - 8 + more)
        try socket.send("GET /health?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try await socket.received(until: "}")
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        #expect(answer.contains("address_too_long") == (status == "414"), "\(answer)")
      }
    }
  }

  @Test(arguments: [
    "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n",
    "GET /health HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
    "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n",
  ])
  func aConnectionEndsWithItsLastRequest(request: String) async throws {
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      // A second one is none.
      try socket.send(request + request)
      let answer = try await socket.received()
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
      #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
      #expect(answer.lowercased().contains("connection: close"), "\(answer)")
    }
  }

  /// Of HTTP/1.1 every request names its host, whoever asks; of HTTP/1.0 none has to.
  @Test func aRequestHasAHost() async throws {
    let made = try Keys()
    try await ServerHarness.live(files: ["keys.json": made.file]) { _, port in
      for (version, key, status) in [
        ("1.1", true, "400"), ("1.1", false, "400"), ("1.0", true, "200"), ("1.0", false, "401"),
      ] {
        let socket = try RawSocket(port: port)
        try socket.send(
          "GET /api/v1/info HTTP/\(version)\r\n\(key ? "X-API-Key: \(made.read)\r\n" : "")\r\n")
        let answer = try await socket.received(until: "}}")
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(version) \(key) \(answer)")
        #expect(answer.contains("bad_host") == (status == "400"), "\(answer)")
      }
    }
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      try socket.send("GET /health HTTP/1.1\r\n\r\n")
      let answer = try await socket.received(until: "}}")
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("bad_host"), "\(answer)")
    }
  }

  @Test func aRequestHasOneHost() async throws {
    try await ServerHarness.live { _, port in
      let socket = try RawSocket(port: port)
      try socket.send("GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
      let answer = try await socket.received(until: "}}")
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("bad_host"), "\(answer)")
    }
  }
}
