import Foundation
import TestSupport
import Testing

/// Bringing faces over from CompreFace, of which a server of our own stands in: it answers at the same addresses.
@Suite struct ImportTests {
  @Test func subjectsAndImagesComeOver() throws {
    try ServerProcess.withGallery { source in
      let server = try ServerProcess(gallery: source)
      let key = UUID().uuidString
      try TestFiles.withTemporaryFolder { folder in
        let target = folder.appendingPathComponent("gallery").path
        let first = try ProgramRun([
          "import", "compreface", server.url, "--key", key, "--gallery", target, "--json",
          "--quiet",
        ])
        let answer = try #require(try first.json() as? [String: Any], "\(first.errors)")
        #expect(first.status == 0 && answer["added"] as? Int == 7, "\(answer)")
        let again = try ProgramRun([
          "import", "compreface", server.url, "--key", key, "--gallery", target, "--json",
          "--quiet",
        ])
        #expect((try again.json() as? [String: Any])?["already"] as? Int == 7)
        let nearest = try ProgramRun(["nearest", "obama", "--gallery", target, "--json"])
        let results = (try nearest.json() as? [String: Any])?["results"] as? [[String: Any]]
        #expect((results?.first?["name"] as? String)?.hasPrefix("obama_partial_face") == true)
      }
      #expect(server.stop() == 0)
    }
  }

  @Test(
    arguments: [
      ("localhost", 64, "is not an address of a server"),
      ("http://127.0.0.1:9", 1, "cannot be reached"),
    ] as [(String, Int32, String)])
  func mistakesAreSaidInOneLine(address: String, status: Int32, message: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery").path
      let run = try ProgramRun([
        "import", "compreface", address, "--key", "k", "--gallery", gallery,
      ])
      #expect(run.status == status && run.errorLines.count == 1, "\(run.errors)")
      #expect(run.errors.contains(message))
      #expect(!FileManager.default.fileExists(atPath: gallery))
    }
  }
}
