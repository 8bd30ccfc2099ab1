import Foundation
import TestSupport
import Testing

/// `likeness demo`, and where its photos come from.
@Suite struct DemoCommandTests {
  @Test func itShowsWhoLooksLikeWhom() throws {
    try TestFiles.withTemporaryFolder { folder in
      let run = try ProgramRun(["demo"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("\n$ likeness nearest obama --gallery "))
      #expect(run.output.contains("\nsame person: probability"))
      #expect(run.output.contains("\ndifferent people: probability"))
      for name in ["gallery/gallery.sqlite", "report.html", "faces.png"] {
        let file = folder.appendingPathComponent("likeness-demo/\(name)")
        #expect(FileManager.default.fileExists(atPath: file.path), "\(name)")
      }
    }
  }

  @Test func aDemoOfOnesOwnPhotosDownloadsNothing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Samples.photo("obama.jpg"), to: photos.appendingPathComponent("Ann.jpg"))
      let run = try ProgramRun(
        ["demo", "--photos", photos.path, "--output", "made"],
        environment: ["LIKENESS_SAMPLES": folder.path + "/none"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("\n$ likeness people --gallery "))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
    }
  }

  /// What is downloaded is checked, kept, and not asked for again.
  @Test func samplesAreDownloadedOnce() throws {
    try TestFiles.withTemporaryFolder { folder in
      let kept = folder.appendingPathComponent("cache/samples").path
      let server = try FileServer(Samples.folder)
      defer { server.stop() }
      func demo(from address: String) throws -> ProgramRun {
        try ProgramRun(
          ["demo", "--from", address], environment: ["LIKENESS_SAMPLES": kept], in: folder)
      }
      let first = try demo(from: server.address)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.errors.contains("downloading 7 sample photos from \(server.address)"))
      // Nothing is listening there.
      let second = try demo(from: "http://127.0.0.1:9")
      #expect(second.status == 0, "\(second.errors)")
      #expect(!second.errors.contains("downloading"))
    }
  }

  @Test func whatIsNotTheSampleIsNotKept() throws {
    try TestFiles.withTemporaryFolder { folder in
      let others = folder.appendingPathComponent("others")
      try FileManager.default.createDirectory(at: others, withIntermediateDirectories: true)
      try Data("another".utf8).write(to: others.appendingPathComponent("32bit.png"))
      let server = try FileServer(others)
      defer { server.stop() }
      let kept = folder.appendingPathComponent("kept").path
      func line(_ address: String) throws -> String {
        let run = try ProgramRun(
          ["demo", "--from", address], environment: ["LIKENESS_SAMPLES": kept],
          in: folder)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errorLines.count == 2, "\(run.errors)")
        return run.errorLines.last ?? ""
      }
      #expect(try line(server.address).contains("its checksum differs"))
      #expect(try line(server.address + "/none").contains("answers 404"))
      #expect(try line("http://127.0.0.1:9").contains("cannot be reached"))
      #expect(try line("ftp://127.0.0.1").contains("is not an address"))
      #expect(!FileManager.default.fileExists(atPath: kept))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/likeness-demo"))
    }
  }
}

/// The files of a folder over HTTP, by Python's own server.
private final class FileServer {
  let address: String
  private let process = Process()

  init(_ folder: URL) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder.path,
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Serving HTTP on 127.0.0.1 port 41233 (http://127.0.0.1:41233/) ...
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(line.firstMatch(of: /port (\d+)/)?.1)
    address = "http://127.0.0.1:\(port)"
  }

  func stop() {
    // The threads of tests block signals, and what they start does so, too.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
