import Foundation
import LikenessKit
import TestSupport
import Testing

/// Names that go into photos and beside them, and come from there.
@Suite struct TagCommandTests {
  private func withGallery(
    _ work: (_ run: ([String]) throws -> ProgramRun, _ photo: URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = folder.appendingPathComponent("Barack.jpg")
      try Data(contentsOf: Samples.photo("obama.jpg")).write(to: photo)
      let home = folder.appendingPathComponent("gallery").path
      let added = try ProgramRun(["add", photo.path, "--gallery", home])
      try #require(added.status == 0, "\(added.errors)")
      try work({ try ProgramRun($0 + ["--gallery", home]) }, photo)
    }
  }

  @Test func `names are written and read back`() throws {
    try withGallery { run, photo in
      let sidecar = photo.path + ".xmp"
      let trial = try run(["tag", photo.path, "--dry-run"])
      #expect(trial.status == 0 && trial.output.contains("would write \(sidecar)"))
      #expect(!FileManager.default.fileExists(atPath: sidecar))
      let tagged = try run(["tag", "Barack"])
      #expect(tagged.status == 0 && tagged.errors.isEmpty)
      #expect(
        tagged.output
          == "wrote the names of 1 face of 1 photo; unchanged 0, without a named face 0, skipped 0\n"
      )
      #expect(FileManager.default.fileExists(atPath: sidecar))
      #expect(try run(["tag", "--all"]).output.contains("unchanged 1"))
      let inFile = try run(["tag", "--all", "--in-file", "--json"])
      let answer = try JSONDecoder().decode(TagSummary.self, from: inFile.outputData)
      #expect(answer.files == [photo.path] && answer.written == 1)
      #expect(try run(["add", photo.path]).output.contains("already there 1"))
      let other = photo.deletingLastPathComponent().appendingPathComponent("other").path
      let added = try ProgramRun([
        "add", photo.path, "--name-from", "regions", "--gallery", other,
      ])
      #expect(added.output.contains("named by regions 1"))
    }
  }

  @Test func `import regions names what has no name, and says what was kept`() throws {
    try withGallery { run, photo in
      #expect(try run(["tag", "photo:1"]).status == 0)
      #expect(try run(["label", "face:1", "person=Somebody"]).status == 0)
      let kept = try run(["import", "regions"])
      #expect(kept.status == 0 && kept.output.contains("another name kept by 1 face"))
      #expect(kept.errors.contains("\"Barack\"") && kept.errors.contains("\"Somebody\""))
      let other = photo.deletingLastPathComponent().appendingPathComponent("other").path
      _ = try ProgramRun(["add", photo.path, "--name-from", "none", "--gallery", other])
      let read = try ProgramRun(["import", "regions", photo.path, "--gallery", other])
      #expect(read.output.hasPrefix("named 1 face of 1 photo;"))
    }
  }

  @Test func `what cannot be done is one line`() throws {
    try withGallery { run, photo in
      let nothing = try run(["tag"])
      #expect(nothing.status == 64 && nothing.output.isEmpty)
      let both = try run(["tag", "--all", photo.path])
      #expect(both.status == 64)
      let unknown = try run(["tag", "Nobody"])
      #expect(unknown.status != 0 && unknown.errorLines.count == 1)
      try Data("<x:xmpmeta".utf8).write(to: URL(fileURLWithPath: photo.path + ".xmp"))
      let malformed = try run(["tag", "--all"])
      #expect(malformed.status == 1 && malformed.errorLines.count == 1)
      #expect(malformed.errors.contains("XMP cannot be read"))
      let read = try run(["import", "regions"])
      #expect(read.status == 0 && read.errorLines.count == 1)
    }
  }
}
