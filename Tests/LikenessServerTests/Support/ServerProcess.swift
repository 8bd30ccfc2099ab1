import Foundation
import TestSupport

/// A run of `likeness serve` over a gallery, on a free port of this machine.
final class ServerProcess {
  /// Why there is no server, with what it said.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Where it answers, as its line says: `http://127.0.0.1:PORT`.
  let url: String
  private let process: Process
  private let said: SaidLines

  /// Starts it and waits until it is ready.
  convenience init(gallery: URL, _ options: [String] = []) throws {
    try self.init(place: gallery.path, options)
  }

  /// - Parameter place: where the gallery is, as commands take it.
  init(place: String, _ options: [String] = []) throws {
    process = ProgramRun.process(["serve", "--gallery", place, "--port", "0"] + options)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    said = SaidLines(errors)
    let begin = "listening on "
    guard let line = said.line(with: begin, within: 120),
      let range = line.range(of: begin)
    else {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw Failure(description: "the server does not start: \(said.all)")
    }
    url = String(line[range.upperBound...])
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  var processID: Int32 { process.processIdentifier }

  /// Asks it to end.
  /// - Returns: its exit status; nil where it does not end within a minute.
  func stop() -> Int32? {
    kill(process.processIdentifier, SIGTERM)
    let deadline = Date() + 60
    while process.isRunning {
      guard Date() < deadline else { return nil }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return process.terminationStatus
  }

  /// Gives the work a copy of the samples' gallery, which is removed afterwards.
  static func withGallery(_ work: (URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery")
      try FileManager.default.copyItem(at: SampleGallery.folder.get(), to: gallery)
      try work(gallery)
    }
  }
}

/// The lines that a process says on standard error, read on a thread of their own so that the pipe never
/// fills up.
private final class SaidLines: @unchecked Sendable {
  private let condition = NSCondition()
  private var data = Data()
  private var hasEnded = false

  init(_ pipe: Pipe) {
    let reading = Thread { [self] in
      while true {
        let part = pipe.fileHandleForReading.availableData
        condition.lock()
        data.append(part)
        hasEnded = part.isEmpty
        condition.broadcast()
        condition.unlock()
        if part.isEmpty { return }
      }
    }
    reading.start()
  }

  /// Everything so far.
  var all: String {
    condition.lock()
    defer { condition.unlock() }
    return String(decoding: data, as: UTF8.self)
  }

  /// The first whole line with a text in it; nil where none comes in time or any more.
  func line(with text: String, within seconds: Double) -> String? {
    let deadline = Date() + seconds
    condition.lock()
    defer { condition.unlock() }
    while true {
      let whole = data.prefix((data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
      let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n")
      if let found = lines.first(where: { $0.contains(text) }) { return String(found) }
      guard !hasEnded, condition.wait(until: deadline) else { return nil }
    }
  }
}
