import Faces
import Foundation

/// A FalkorDB of a test's own, which ends with it: a process of `redis-server` with its module, asked
/// over a socket in RESP, the protocol of Redis.
public final class GraphEngine {
  /// Why there is no engine, or what it says of a query.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// What Redis answers with.
  public indirect enum Reply: Equatable {
    case text(String)
    case number(Int64)
    case list([Reply])
    case none

    public var list: [Reply] { if case .list(let items) = self { items } else { [] } }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var int: Int64? { if case .number(let number) = self { number } else { nil } }
    /// FalkorDB tells floats as text.
    public var float: Float? { text.flatMap(Float.init) }
  }

  private static let version = "1.4.1"

  /// Where other programs find it.
  public let socketPath: String

  private let process = Process()
  private let connection: Int32
  private var received: [UInt8] = []
  private var position = 0

  /// - Parameter folder: where its socket and log are; of a short path.
  public init(in folder: URL) throws {
    let home = StandardFolders.cache.appendingPathComponent("falkordb/\(Self.version)")
    let (server, module) = (
      home.appendingPathComponent("redis-server").path,
      home.appendingPathComponent("falkordb.so").path
    )
    guard FileManager.default.isExecutableFile(atPath: server),
      FileManager.default.isExecutableFile(atPath: module)
    else { throw Failure(description: "there is no FalkorDB in \(home.path): run Scripts/setup") }
    socketPath = folder.appendingPathComponent("s").path
    process.executableURL = URL(fileURLWithPath: server)
    process.arguments = [
      "--port", "0", "--unixsocket", socketPath, "--save", "", "--appendonly", "no",
      "--dir", folder.path, "--logfile", "log", "--loadmodule", module,
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let deadline = Date() + 60
    var socket = Self.connect(socketPath)
    while socket == nil {
      guard process.isRunning, Date() < deadline else {
        let log = try? String(
          contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)
        kill(process.processIdentifier, SIGKILL)
        throw Failure(
          description: "FalkorDB does not start: run Scripts/setup\n\(log?.suffix(2000) ?? "")")
      }
      Thread.sleep(forTimeInterval: 0.02)
      socket = Self.connect(socketPath)
    }
    connection = socket!
  }

  deinit {
    close(connection)
    // It has nothing to save, and gentler signals are blocked in what threads of the tests start.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Runs a statement of Cypher.
  /// - Returns: the rows of its answer.
  /// - Throws: `Failure` with what the engine says.
  @discardableResult public func query(_ statement: String, in graph: String = "g") throws
    -> [[Reply]]
  {
    var request: [UInt8] = []
    let arguments = ["GRAPH.QUERY", graph, statement]
    request += Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
      request += Array("$\(argument.utf8.count)\r\n".utf8) + Array(argument.utf8)
      request += Array("\r\n".utf8)
    }
    var sent = 0
    while sent < request.count {
      let count = request[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress!, $0.count, 0)
      }
      guard count > 0 else { throw Failure(description: "FalkorDB takes no more") }
      sent += count
    }
    // Column names, rows, statistics; without the first two where nothing is returned.
    let answer = try readReply().list
    return answer.count == 3 ? answer[1].list.map(\.list) : []
  }

  /// Runs the statements of a script as they are, but for the constraints, which FalkorDB has no Cypher for:
  /// they become the indexes that the script's head tells.
  /// - Returns: how many constraints there were.
  public func load(script: String, into graph: String = "g") throws -> Int {
    let constraint =
      #/
      CREATE\ CONSTRAINT\ (face|person)_id\ IF\ NOT\ EXISTS
      \ FOR\ \((?<node>[fp]:(?:Face|Person))\)\ REQUIRE\ (?<property>[fp]\.id)\ IS\ UNIQUE
      /#
    var indexes = 0
    for statement in CypherShell.statements(script) {
      if let match = statement.wholeMatch(of: constraint) {
        indexes += 1
        do {
          try query("CREATE INDEX FOR (\(match.node)) ON (\(match.property))", in: graph)
        } catch let failure as Failure where failure.description.contains("already indexed") {}
      } else {
        try query(statement, in: graph)
      }
    }
    return indexes
  }

  private static func connect(_ path: String) -> Int32? {
    let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
      guard path.utf8.count < space.count else { return false }
      space.copyBytes(from: path.utf8)
      return true
    }
    precondition(fits, "\(path) is too long for a socket")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if status == 0 { return file }
    close(file)
    return nil
  }

  private func readReply() throws -> Reply {
    let line = try readLine()
    let rest = String(decoding: line.dropFirst(), as: UTF8.self)
    switch line.first {
    case UInt8(ascii: "+"): return .text(rest)
    case UInt8(ascii: "-"): throw Failure(description: rest)
    case UInt8(ascii: ":"): return .number(Int64(rest) ?? 0)
    case UInt8(ascii: "$"):
      guard let count = Int(rest), count >= 0 else { return .none }
      let bytes = try take(count + 2).dropLast(2)
      // Within an answer, an error is a text as well.
      return .text(String(decoding: bytes, as: UTF8.self))
    case UInt8(ascii: "*"):
      guard let count = Int(rest), count >= 0 else { return .none }
      return .list(try (0..<count).map { _ in try readReply() })
    default: throw Failure(description: "not RESP: \(rest)")
    }
  }

  private func readLine() throws -> ArraySlice<UInt8> {
    var end = position
    while true {
      while end < received.count, received[end] != UInt8(ascii: "\n") { end += 1 }
      if end < received.count { break }
      let searched = end - position
      try receiveMore()
      end = position + searched
    }
    defer { position = end + 1 }
    return received[position..<end - 1]
  }

  private func take(_ count: Int) throws -> ArraySlice<UInt8> {
    while received.count - position < count { try receiveMore() }
    defer { position += count }
    return received[position..<position + count]
  }

  private func receiveMore() throws {
    received.removeFirst(position)
    position = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(connection, &chunk, chunk.count, 0)
    guard count > 0 else { throw Failure(description: "FalkorDB has ended") }
    received += chunk[..<count]
  }
}
