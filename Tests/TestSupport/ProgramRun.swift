import Foundation

/// One run of the built program, from outside.
public struct ProgramRun: Sendable {
  public let status: Int32
  public let output: String
  public let errors: String
  public let outputData: Data

  /// Runs `likeness` and waits for its end.
  /// - Parameters:
  ///   - environment: set on top of the tests' own.
  ///   - input: what the program reads from standard input; nothing unless said.
  ///   - folder: its current folder; that of the tests unless said.
  public init(
    _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    in folder: URL? = nil
  ) throws {
    let process = Self.process(arguments, environment)
    if let folder { process.currentDirectoryURL = folder }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let stdin = input.map { _ in Pipe() }
    process.standardInput = stdin ?? FileHandle.nullDevice
    try process.run()
    if let input, let stdin {
      // Less than a pipe holds.
      try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try stdin.fileHandleForWriting.close()
    }
    // Both are read at once, so that neither pipe fills up.
    let errorData = Collected()
    let reading = Thread { errorData.finish(errors.fileHandleForReading.readDataToEndOfFile()) }
    reading.start()
    outputData = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    self.errors = String(decoding: errorData.wait(), as: UTF8.self)
    self.output = String(decoding: outputData, as: UTF8.self)
    status = process.terminationStatus
  }

  /// A run that has not been begun, for tests that interrupt it.
  public static func process(
    _ arguments: [String], _ environment: [String: String] = [:]
  ) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return process
  }

  /// Standard output as JSON.
  public func json() throws -> Any {
    try JSONSerialization.jsonObject(with: outputData, options: .fragmentsAllowed)
  }

  /// The lines on standard error.
  public var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  private static let program = product("likeness")

  /// A built program, which lies beside the tests' own bundle.
  public static func product(_ name: String) -> URL {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    preconditionFailure("the program \(name) is not built: run swift build --build-tests")
  }
}

/// Hands data from one thread to another.
private final class Collected: @unchecked Sendable {
  private let condition = NSCondition()
  private var data: Data?

  func finish(_ data: Data) {
    condition.lock()
    self.data = data
    condition.broadcast()
    condition.unlock()
  }

  func wait() -> Data {
    condition.lock()
    defer { condition.unlock() }
    while data == nil { condition.wait() }
    return data ?? Data()
  }
}
