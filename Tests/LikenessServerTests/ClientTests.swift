import Foundation
import TestSupport
import Testing

/// What others build on the API: the Python client, the cookbook and the example, each run as it stands.
@Suite(.serialized) struct ClientTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  /// Runs a program and returns its exit status and all that it said.
  private func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // A server that hangs must not hang the tests.
    process.arguments = ["timeout", "--kill-after=10", "300"] + arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    ) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Gives the work a server over an empty gallery, and a folder with the photos that the cookbook speaks of.
  private func withServer(_ work: (ServerProcess, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      for (name, sample) in [
        ("ann.jpg", "obama.jpg"), ("ann2.jpg", "obama2.jpg"), ("joe.jpg", "biden.jpg"),
      ] {
        try FileManager.default.copyItem(
          at: Samples.photo(sample), to: folder.appendingPathComponent(name))
      }
      let server = try ServerProcess(gallery: folder.appendingPathComponent("gallery"))
      try work(server, folder)
      #expect(server.stop() == 0)
    }
  }

  @Test func thePythonClient() throws {
    try withServer { server, folder in
      let script = Self.root.appendingPathComponent(
        "Tests/LikenessServerTests/Python/python_client.py")
      let (status, output) = try run(
        ["python3", script.path, server.url, "ann.jpg", "ann2.jpg", "joe.jpg"], in: folder)
      #expect(status == 0, "\(output)")
    }
  }

  @Test func everyBlockOfTheCookbook() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("Documentation/Cookbook.md"), encoding: .utf8)
    let blocks = page.matches(of: /(?s)```bash\n(.*?)```/).map { String($0.output.1) }
    #expect(blocks.count >= 10)
    try withServer { server, folder in
      let script = "set -euo pipefail\n" + blocks.joined(separator: "\n")
      let (status, output) = try run(
        ["bash", "-c", script], in: folder, environment: ["LIKENESS": server.url])
      #expect(status == 0, "\(output)")
      for name in ["face.jpg", "photo.jpg"] {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        #expect(data.prefix(2) == Data([0xFF, 0xD8]), "\(name)")
      }
      #expect(output.contains(#""who": "Ann""#) && output.contains(#""same": true"#), "\(output)")
    }
  }

  @Test func theExampleNamesAVisitor() throws {
    try withServer { server, folder in
      let script = Self.root.appendingPathComponent("Examples/home-assistant/name_visitor.py").path
      func answer(_ photo: String) throws -> [String: Any] {
        let (status, output) = try run(
          ["python3", script, "--server", server.url, photo], in: folder)
        #expect(status == 0, "\(output)")
        return try #require(
          try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      }
      let added = try run(
        ["curl", "-sf", "-F", "file=@ann.jpg", "-F", "name=Ann", server.url + "/api/v1/photos"],
        in: folder)
      #expect(added.status == 0)
      let visitor = try answer("ann2.jpg")
      #expect(visitor["text"] as? String == "Ann" && visitor["names"] as? [String] == ["Ann"])
      let stranger = try answer("joe.jpg")
      #expect(stranger["text"] as? String == "an unknown person")
      #expect(stranger["unknown"] as? Int == 1)
      let missing = try run(
        ["python3", script, "--server", server.url, "gone.jpg"], in: folder)
      #expect(missing.status == 1 && missing.output.hasPrefix("name_visitor: "))
    }
  }
}
