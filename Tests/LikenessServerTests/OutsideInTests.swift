import Foundation
import TestSupport
import Testing

/// What other programs see of the server: scripts in `Python/`, which say in their heads what they try.
///
/// The counts are modest; by hand, `Python/run SCRIPT …` takes larger ones.
@Suite(.serialized) struct OutsideInTests {
  /// Runs a script and expects that it finds nothing wrong.
  private func expectSuccess(_ script: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Python/run")
    process.arguments = [script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(process.terminationStatus == 0, "\(lines.suffix(40).joined(separator: "\n"))")
  }

  /// Gives the work a server over a gallery of its own, and expects that it ends as asked.
  private func withServer(_ work: (ServerProcess) throws -> Void) throws {
    try ServerProcess.withGallery { gallery in
      let server = try ServerProcess(gallery: gallery)
      try work(server)
      #expect(server.stop() == 0)
    }
  }

  private var program: String { ProgramRun.product("likeness").path }

  @Test func healthTellsWhetherAServerIsWell() throws {
    try withServer { server in
      let run = try ProgramRun(["health", server.url])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == "\(server.url): ok\n")
      #expect(
        try ProgramRun(["health", server.url, "--json"]).json() as? [String: String] == [
          "status": "ok"
        ])
      // What answers there is no server of this kind.
      let other = try ProgramRun(["health", server.url + "/none"])
      #expect(other.status == 1 && other.errors.contains("answers 404"), "\(other.errors)")
    }
    let nobody = try ProgramRun(["health", "http://127.0.0.1:9"])
    #expect(nobody.status == 1 && nobody.errorLines.count == 1)
    #expect(nobody.errors.contains("cannot be reached"), "\(nobody.errors)")
  }

  @Test func theSDKOfCompreFace() throws {
    try withServer { server in
      try expectSuccess("compreface_sdk.py", server.url, Samples.folder.path)
    }
  }

  /// Where the gallery lives on a server: what is asked of it, and what is said when that one is away. By hand, the SDK's
  /// script takes `--no-photos` and passes, too.
  @Test func aGalleryInMilvus() async throws {
    try await MilvusServer.with { milvus in
      let address = milvus.address("people")
      let samples = try SampleGallery.folder.get().path
      let copied = try ProgramRun(["gallery", "copy", samples, address, "--quiet"])
      #expect(copied.status == 0, "\(copied.errors)")
      let server = try ServerProcess(place: address)
      let photo = Samples.photo("obama3.jpg").path
      try expectSuccess("one_face_through.py", server.url, photo)
      milvus.kill()
      let url = server.url + "/api/v1/photos"
      try expectSuccess("expect_answer.py", url, "503", "gallery_unreachable")
      #expect(server.stop() == 0)
    }
  }

  @Test func theContract() throws {
    try withServer { server in
      try expectSuccess("schemathesis_run.py", server.url, "2")
    }
  }

  @Test func headLeavesTheConnectionUsable() throws {
    try withServer { server in
      try expectSuccess("head_keeps_connections.py", server.url)
    }
  }

  @Test func malformedUploads() throws {
    try withServer { server in
      try expectSuccess(
        "malformed_uploads.py", server.url, Samples.folder.path, "400", "1", "--pid",
        "\(server.processID)")
    }
  }

  @Test func killedDuringWrites() throws {
    try ServerProcess.withGallery { gallery in
      try expectSuccess(
        "kill_during_writes.py", program, gallery.path, Samples.folder.path, "2", "1")
    }
  }

  @Test func loadLimitsKeysAndPaths() throws {
    try ServerProcess.withGallery { gallery in
      try expectSuccess("concurrent_and_limits.py", program, gallery.path, Samples.folder.path)
    }
  }
}
