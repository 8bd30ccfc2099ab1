import Foundation
import LikenessKit
import TestSupport
import Testing

/// What the README shows, as a user would write it.
@Suite struct ReadmeExampleTests {
  @Test func theExampleRuns() throws {
    try TestFiles.withTemporaryFolder { folder in
      let people = folder.appendingPathComponent("people")
      let photos = Samples.folder
      let (a, b) = (Samples.photo("obama.jpg"), Samples.photo("biden.jpg"))

      let likeness = Likeness(gallery: people)
      try likeness.add([photos])
      var ranking: [String] = []
      for match in try likeness.nearest(to: "obama") {
        ranking.append("\(match.rank) \(match.label) \(match.distance) \(match.probability)")
      }
      let verdict = try likeness.verify(
        try likeness.probe(photo: a), try likeness.probe(photo: b))
      let answer = verdict.same.map { $0 ? "same" : "different" } ?? "too poor to judge"

      #expect(ranking.count >= 6 && ranking[0].hasPrefix("1 obama"))
      #expect(answer == "different")
      let readme = try String(
        contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
          .appendingPathComponent("../../README.md"), encoding: .utf8)
      #expect(readme.contains("likeness.nearest(to: \"obama\")"))
    }
  }
}
