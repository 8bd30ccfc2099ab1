import Foundation
import LikenessKit
import TestSupport
import Testing

/// A gallery of the sample photos that is these tests' own, made once. The labels come with the photos, from
/// a table.
private let gallery: Result<String, any Error> = Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("likeness-compose-\(ProcessInfo.processInfo.processIdentifier)")
  try? FileManager.default.removeItem(at: folder)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let table = folder.appendingPathComponent("labels.csv")
  try Data(
    "photo,person,set\nobama.jpg,Barack,first\nobama2.jpg,Barack,second\nbiden.jpg,Joe,first\n".utf8
  )
  .write(to: table)
  let run = try ProgramRun([
    "add", Samples.folder.path, "--gallery", folder.path + "/gallery", "--labels", table.path,
    "--json",
  ])
  #expect(run.status == 0, "\(run.errors)")
  return folder.path + "/gallery"
}

@Suite(.serialized) struct ComposeCommandTests {
  private func run(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments + ["--gallery", gallery.get()])
  }

  @Test func labelsAreCountedSetShownAndTakenAway() throws {
    let counts = try #require(try run("label", "--json").json() as? [String: [[String: Any]]])
    let labels = try #require(counts["labels"])
    // The label person is the name, and is kept once.
    #expect(labels.map { $0["value"] as? String } == ["first", "second"])
    #expect(labels.map { $0["faces"] as? Int } == [2, 1])
    #expect(try run("label", "biden.jpg", "pose=to the left").output == "1 of 1 face changed\n")
    #expect(try run("label", "Joe").output.contains("  Joe  pose=to the left set=first  "))
    let shown = try #require(try run("label", "Joe", "--json").json() as? [String: Any])
    let face = try #require((shown["faces"] as? [[String: Any]])?.first)
    #expect(face["labels"] as? [String: String] == ["pose": "to the left", "set": "first"])
    #expect(face["name"] as? String == "Joe")
    let removed = try #require(
      try run("label", "Joe", "--remove", "pose", "--json").json() as? [String: Any])
    #expect(removed["changed"] as? Int == 1)
    #expect(try run("list", "faces").output.contains("biden.jpg  set=first"))
  }

  @Test func composeAnswersInTextAndJSON() throws {
    for recipe in ["discriminant", "additive", "mercari"] {
      let answer = try run("compose", "person:Barack + set:second", "--recipe", recipe, "--json")
      #expect(answer.status == 0 && answer.errors.isEmpty, "\(answer.errors)")
      let object = try #require(try answer.json() as? [String: Any])
      #expect(object["query"] as? String == "person:Barack + set:second")
      let results = try #require(object["results"] as? [[String: Any]])
      #expect(results.count == 7 && results[0]["rank"] as? Int == 1)
      let labels = try #require(results[0]["labels"] as? [String: String])
      // The sample 32bit.png is obama2.jpg in another format.
      #expect(
        ["Barack", "32bit"].contains(labels["person"])
          || labels["person"]?.hasPrefix("obama") == true)
      if recipe != "discriminant" { #expect(labels["set"] == "second") }
      #expect(results[0]["distance"] is Double && results[0]["probability"] is Double)
    }
    let text = try run("compose", "barack + set:second", "--recipe", "additive", "--count", "1")
    #expect(text.output.contains("person=Barack set=second") && text.output.contains("obama2.jpg"))
    let photo = try run(
      "compose", "\"\(Samples.photo("obama.jpg").path)\" - set:first + set:second", "-c", "3")
    // The others are parts of the photo that is asked with.
    #expect(photo.status == 0 && photo.output.contains("obama2.jpg"), "\(photo.errors)")
    #expect(!photo.output.contains("obama.jpg"))
    let search = try run("search", Samples.photo("biden.jpg").path, "--json")
    #expect(search.output.contains("\"name\" : \"Joe\""))
  }

  @Test func whatCannotBeAskedIsOneLine() throws {
    try TestFiles.withTemporaryFolder { folder in
      let broken = folder.appendingPathComponent("broken.csv")
      try Data("photo,a\nx\n".utf8).write(to: broken)
      for (arguments, status, part) in [
        (["compose", "person:Barack expression:FE"], Int32(64), "letter 15: expected + or -"),
        (["compose", "person:"], 64, "expected a value"),
        (["compose", "smile:yes"], 2, "there is person, set"),
        (["compose", "set:frist"], 2, "did you mean first?"),
        (["compose", "none.jpg + set:first"], 1, "none.jpg"),
        (["label", "--labels", broken.path], 1, "line 2 has 1 fields where 2"),
        (["label", "--labels", folder.path + "/none.csv"], 1, "cannot be read"),
        (["label", "Joee", "pose=left"], 2, "did you mean \"Joe\"?"),
        (["label", "--label-pattern", "{a}~~{b}"], 2, "fits the pattern"),
        (["evaluate", "algebra", folder.path], 1, "no photo there has a person"),
        (["evaluate", "algebra", folder.path + "/none"], 1, "none"),
      ] {
        let inGallery = arguments[0] == "evaluate" ? [] : ["--gallery", try gallery.get()]
        let run = try ProgramRun(arguments + inGallery)
        #expect(run.status == status && run.output.isEmpty, "\(arguments) \(run.errors)")
        #expect(run.errorLines.count == 1 && run.errors.contains(part), "\(run.errors)")
      }
      for arguments in [
        ["label", "pose=left"], ["label", "obama", "=left"], ["label", "obama", "pose="],
        ["label", "--label-pattern", "plain"],
        ["label", "obama", "a=b", "--label-pattern", "jaffe"],
        ["compose", "person:Barack", "--count", "0"],
        ["compose", "person:Barack", "--recipe", "x"],
      ] {
        #expect(try ProgramRun(arguments).status == 64, "\(arguments)")
      }
      let none = try ProgramRun(["compose", "person:A", "--gallery", folder.path + "/none"])
      #expect(none.status == 2 && none.errorLines.count == 1)
    }
  }

  /// Photos of two people in three lights: the sample photos, and the same darkened.
  @Test func theAlgebraIsMeasuredOnAnyLabelledFolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      var small = PhotoLimits.default
      small.longestSide = 400
      for (person, name) in [("A", "obama.jpg"), ("B", "biden.jpg")] {
        let photo = try Photo.load(contentsOf: Samples.photo(name), limits: small)
        for (light, factor) in [("DARK", 0.3), ("GREY", 0.6), ("FULL", 1)] {
          for number in 1...2 {
            let pixels = photo.pixels.map { UInt8(Double($0) * factor * (number == 1 ? 1 : 0.9)) }
            try Photo(width: photo.width, height: photo.height, pixels: pixels).pngData().write(
              to: folder.appendingPathComponent("\(person).\(light)\(number).0.png"))
          }
        }
      }
      for mode in ["a", "b"] {
        let run = try ProgramRun([
          "evaluate", "algebra", folder.path, "--protocol", mode, "--json", "--quiet",
        ])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let report = try #require(try run.json() as? [String: Any])
        #expect(report["cells"] as? Int == 6 && report["photos"] as? Int == (mode == "a" ? 6 : 12))
        #expect(report["person"] as? Double == 1)
        let confusion = try #require(report["confusion"] as? [String: [String: Int]])
        #expect(confusion.values.flatMap(\.values).reduce(0, +) == 6)
        #expect(report["protocol"] as? String == mode)
      }
      let text = try ProgramRun(["evaluate", "algebra", folder.path, "--quiet"]).output
      #expect(text.contains("right person     100.0 %") && text.contains("asked \\ found"))
    }
  }
}
