import Foundation

/// A Milvus server of its own for a test: one machine's, the same protocol. One thread at a time starts or kills it.
public final class MilvusServer: @unchecked Sendable {
  public struct Failure: Error, CustomStringConvertible { public let description: String }

  public let port: Int
  private let data: URL
  private var process: Process?

  /// Starts it and waits until it answers.
  /// - Parameter data: where its rows are; kept when it ends.
  public init(data: URL) throws {
    (self.data, port) = (data, try Self.freePort())
    try start()
  }

  deinit { kill() }

  /// Where a gallery of that name is in it.
  public func address(_ name: String) -> String { "milvus://127.0.0.1:\(port)/\(name)" }

  public func start() throws {
    precondition(process == nil, "it runs already")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Scripts/milvus-lite")
    process.arguments = [
      "server", "--data-dir", data.path, "--host", "127.0.0.1", "--port", "\(port)",
      // What several write at once is not safe in it.
      "--max-workers", "1",
    ]
    let log = data.deletingLastPathComponent().appendingPathComponent("milvus.log")
    try Data().write(to: log)
    let output = try FileHandle(forWritingTo: log)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.process = process
    let deadline = Date() + 120
    while !Self.isOpen(port) {
      guard process.isRunning, Date() < deadline else {
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        kill()
        throw Failure(description: "Milvus does not start: \(said.suffix(500))")
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// Ends it at once, as a loss of power would that spares the disk.
  public func kill() {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  /// Runs a script of the tests with Milvus' own client for Python.
  /// - Parameters:
  ///   - script: its path from the folder of all tests.
  ///   - arguments: after the server's address.
  /// - Returns: what it writes to its standard output.
  public func client(_ script: String, _ arguments: String...) throws -> Data {
    try Self.output(of: clientProcess(script, arguments))
  }

  /// The same, not begun yet.
  public func clientProcess(_ script: String, _ arguments: String...) throws -> Process {
    try clientProcess(script, arguments)
  }

  private func clientProcess(_ script: String, _ arguments: [String]) throws -> Process {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let finding = Process()
    finding.executableURL = tests.deletingLastPathComponent()
      .appendingPathComponent("Scripts/milvus-lite")
    finding.arguments = ["--packages"]
    let folder = String(decoding: try Self.output(of: finding), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["PYTHONPATH=\(folder)", "PYTHONDONTWRITEBYTECODE=1", "python3"]
      + [tests.appendingPathComponent(script).path, "http://127.0.0.1:\(port)"] + arguments
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private static func output(of process: Process) throws -> Data {
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(process.arguments ?? []) fails")
    }
    return data
  }

  /// Gives the work a server with nothing in it, which is gone afterwards. The work has a thread of its own: it waits
  /// for answers, which those that tests run on may not.
  public static func with(
    _ work: @escaping @Sendable (MilvusServer) throws -> Void
  ) async throws {
    try await OwnThread.run {
      try TestFiles.withTemporaryFolder { folder in
        let server = try MilvusServer(data: folder.appendingPathComponent("data"))
        defer { server.kill() }
        try work(server)
      }
    }
  }

  private static func withSocket<Result>(_ body: (Int32) throws -> Result) throws -> Result {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { throw Failure(description: "no socket") }
    defer { close(file) }
    return try body(file)
  }

  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = in_port_t(port).bigEndian
    return address
  }

  public static func freePort() throws -> Int {
    try withSocket { file in
      var address = address(0)
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(file, $0, size) == 0 && getsockname(file, $0, &size) == 0
        }
      }
      guard isBound else { throw Failure(description: "no free port") }
      return Int(in_port_t(bigEndian: address.sin_port))
    }
  }

  private static func isOpen(_ port: Int) -> Bool {
    let isOpen = try? withSocket { file in
      var address = address(port)
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    return isOpen ?? false
  }
}
