import Foundation
import TestSupport
import Testing

/// Imports and the card from outside, on the sample photos.
@Suite struct ImportCommandTests {
  @Test func aTakeoutNamesTheRightFaces() throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery").path
      let takeout = folder.appendingPathComponent("Takeout/Google Photos/Photos from 2019")
      try FileManager.default.createDirectory(at: takeout, withIntermediateDirectories: true)
      // A photo of both, and one of each.
      try Samples.together("obama.jpg", "biden.jpg")
        .write(to: takeout.appendingPathComponent("IMG_1.jpg"))
      for (name, sample) in [("IMG_2.jpg", "obama2.jpg"), ("IMG_3.jpg", "biden.jpg")] {
        try FileManager.default.copyItem(
          at: Samples.photo(sample), to: takeout.appendingPathComponent(name))
      }
      for (name, people) in [
        ("IMG_1.jpg", ["Joe", "Barack"]), ("IMG_2.jpg", ["Barack"]), ("IMG_3.jpg", ["Joe"]),
      ] {
        let json: [String: Any] = ["title": name, "people": people.map { ["name": $0] }]
        try JSONSerialization.data(withJSONObject: json).write(
          to: takeout.appendingPathComponent("\(name).supplemental-metadata.json"))
      }
      let path = folder.appendingPathComponent("Takeout").path
      let arguments = ["import", "takeout", path, "--gallery", gallery, "--quiet"]
      let first = try ProgramRun(arguments + ["--json"])
      let answer = try #require(try first.json() as? [String: Any], "\(first.errors)")
      #expect(first.status == 0 && answer["added"] as? Int == 3, "\(answer)")
      #expect(answer["named"] as? Int == 4 && answer["assigned"] as? Int == 4, "\(answer)")
      let again = try ProgramRun(arguments)
      #expect(again.status == 0 && again.output.hasPrefix("0 faces named, 4 had the name already"))

      let listed = try ProgramRun(["list", "faces", "--gallery", gallery, "--json"])
      let faces = try #require(try listed.json() as? [[String: Any]], "\(listed.errors)")
      let both = faces.filter { ($0["photo"] as? String)?.hasSuffix("IMG_1.jpg") == true }
      let left = try #require(
        both.min { box($0) < box($1) }?["name"] as? String, "\(both)")
      #expect(left == "Barack")

      let page = folder.appendingPathComponent("card.html").path
      let card = try ProgramRun(["card", "--gallery", gallery, "--output", page, "--json"])
      let measured = try #require(try card.json() as? [String: Any], "\(card.errors)")
      #expect(measured["namedFaces"] as? Int == 4)
      #expect(try Data(contentsOf: URL(fileURLWithPath: page)).count > 1000)
    }
  }

  private func box(_ face: [String: Any]) -> Double {
    ((face["box"] as? [String: Any])?["x"] as? NSNumber)?.doubleValue ?? .infinity
  }

  @Test(arguments: [
    ["takeout", "/nowhere"], ["digikam", "/nowhere.db"], ["photoprism", "/nowhere"],
    ["immich", "/nowhere"], ["pickle", "/nowhere.pkl"], ["table", "/nowhere.csv"],
    ["folders", "/nowhere"],
  ])
  func whatIsNotThereIsSaidInOneLine(_ arguments: [String]) throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery").path
      let run = try ProgramRun(["import"] + arguments + ["--gallery", gallery])
      #expect(run.status == 1 && run.errorLines.count == 1, "\(run.errors)")
      #expect(run.errors.contains("is not there"), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: gallery))
    }
  }

  /// What is not sure is written into a table that can be imported.
  @Test func aTableNamesFacesByTheirBoxes() throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery").path
      try FileManager.default.copyItem(
        at: Samples.photo("obama.jpg"), to: folder.appendingPathComponent("a.jpg"))
      let table = folder.appendingPathComponent("faces.csv")
      try Data(
        "path,x,y,w,h,name\na.jpg,360,90,250,330,Barack\na.jpg,0,0,9,9,Nobody\nb.jpg,0,0,9,9,Ann\n"
          .utf8
      ).write(
        to: table)
      try Data("no photo".utf8).write(to: folder.appendingPathComponent("b.jpg"))
      let unsure = folder.appendingPathComponent("unsure.csv")
      let run = try ProgramRun([
        "import", "table", table.path, "--gallery", gallery, "--unsure", unsure.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("left out 1: no face was found in the box"), "\(run.output)")
      #expect(run.output.contains("left out 1: the photo cannot be read"), "\(run.output)")
      #expect(run.output.hasPrefix("1 face named"), "\(run.output)")
      let text = try String(contentsOf: unsure, encoding: .utf8)
      #expect(text == "path,x,y,w,h,name,probability,face\n")
    }
  }
}
