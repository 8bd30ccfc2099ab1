import Foundation
import LikenessKit
import TestSupport
import Testing

/// Galleries of made-up faces from the command line, and what is done to many records at once.
@Suite struct LargeGalleryCommandTests {
  private func withGallery(_ work: (_ home: String, _ folder: URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("made").path
      let run = try ProgramRun([
        "bench", "gallery", "--faces", "600", "--people", "120", "--named", "0.9", home, "--json",
      ])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let answer = try #require(try run.json() as? [String: Any])
      #expect(answer["faces"] as? Int == 600 && answer["people"] as? Int == 120)
      try work(home, folder)
    }
  }

  @Test func aGalleryIsMadeAndLikeIt() throws {
    try withGallery { home, folder in
      let other = folder.appendingPathComponent("other").path
      let run = try ProgramRun(["bench", "gallery", "--faces", "200", "--like", home, other])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasPrefix("made \(other): 200 faces of 25 people in "))
      let again = try ProgramRun(["bench", "gallery", "--faces", "5", other])
      #expect(again.status != 0 && again.errorLines.count == 1)
      #expect(again.errors.contains(other))
      for wrong in [
        ["--faces", "0"], ["--faces", "5", "--people", "6"], ["--faces", "5", "--named", "2"],
      ] {
        #expect(
          try ProgramRun(["bench", "gallery"] + wrong + [folder.path + "/none"]).status == 64)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
      let nearest = try ProgramRun(["nearest", "Person 1", "--gallery", home, "--json"])
      let others = try ProgramRun([
        "nearest", "Person 2", "--gallery", home, "--metric", "cosine", "--count", "3",
      ])
      // One in ten has no name.
      #expect([0, 2].contains(nearest.status) && [0, 2].contains(others.status))
      #expect(nearest.status == 0 || others.status == 0)
    }
  }

  @Test func manyNamesGoAtOnce() throws {
    try withGallery { home, folder in
      let likeness = Likeness(gallery: URL(fileURLWithPath: home))
      let names = try likeness.names.all()
      let going = Array(names.prefix(80))
      let list = folder.appendingPathComponent("going.txt")
      // Also as they are not quite written.
      let lines = going.enumerated().map { $0 % 10 == 0 ? $1.lowercased() : $1 }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: list)
      let preview = try ProgramRun([
        "remove", "--from", list.path, "--dry-run", "--json", "--gallery", home,
      ])
      let expected = try #require(try preview.json() as? [String: Any])
      #expect(Set(expected["names"] as? [String] ?? []) == Set(going))
      #expect(try likeness.names.all() == names)
      let run = try ProgramRun(["remove", "--from", list.path, "--json", "--gallery", home])
      #expect(run.status == 0, "\(run.errors)")
      let receipt = try #require(try run.json() as? [String: Any])
      #expect(Set(receipt["names"] as? [String] ?? []) == Set(going))
      #expect(receipt["faces"] as? [Int] == expected["faces"] as? [Int])
      #expect(try likeness.names.all() == Array(names.dropFirst(80)))
      // Nothing goes where one is unknown, and the message names it.
      try Data("\(names[90])\nnobody at all\n".utf8).write(to: list)
      let unknown = try ProgramRun(["remove", "--from", list.path, "--gallery", home])
      #expect(unknown.status == 2 && unknown.errors.contains("nobody at all"))
      #expect(try likeness.names.all().contains(names[90]))
    }
  }

  @Test func anExportIsWholeOrNotThere() throws {
    try withGallery { home, folder in
      let file = folder.appendingPathComponent("faces.json")
      let run = try ProgramRun(["export", "--gallery", home, "--output", file.path])
      #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
      let printed = try ProgramRun(["export", "--gallery", home])
      #expect(try Data(contentsOf: file) == printed.outputData)
      let faces = try #require(
        try JSONSerialization.jsonObject(with: printed.outputData) as? [[String: Any]])
      #expect(faces.count == 600 && faces.allSatisfy { $0["embedding"] != nil })
      let nowhere = try ProgramRun(["export", "--gallery", home, "--output", folder.path])
      #expect(nowhere.status != 0 && nowhere.errorLines.count == 1)
      let pipe = try ProgramRun([
        "export", "--gallery", home, "--format", "csv", "--output", "/dev/stdout",
      ])
      #expect(pipe.status == 0 && pipe.output.split(separator: "\n").count == 601)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["faces.json", "made"])
    }
  }
}
