import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

#if canImport(FoundationXML)
  import FoundationXML
#endif

private func object(_ value: Any?) throws -> [String: Any] {
  try #require(value as? [String: Any])
}

private func list(_ value: Any?) throws -> [[String: Any]] {
  try #require(value as? [[String: Any]])
}

/// The sample photos and others in a folder for each test.
private struct PeopleFolder {
  let url: URL
  var path: String { url.path }

  func write(_ name: String, _ data: Data) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func copy(_ sample: String, to name: String) throws {
    try write(name, Data(contentsOf: Samples.photo(sample)))
  }

  /// Nobody is on it.
  func grey(_ name: String) throws {
    let grey = Photo(width: 300, height: 200, pixels: Array(repeating: 128, count: 180_000))
    try write(name, grey.pngData())
  }
}

private func withFolder(_ work: (PeopleFolder) throws -> Void) throws {
  try TestFiles.withTemporaryFolder { try work(PeopleFolder(url: $0)) }
}

@Suite struct IdentificationCommandTests {
  /// Of Obama and Biden one is enrolled, whom the seed says.
  private func seed(enrolling name: String) throws -> String {
    for seed in UInt64(0)..<64 {
      var options = IdentificationOptions()
      options.seed = seed
      let plan = IdentificationPlan(["biden", "obama"], options)
      if plan.enrolled.map({ plan.people.names[$0.person] }) == [name] { return "\(seed)" }
    }
    Issue.record("no seed enrols \(name)")
    return "0"
  }

  @Test func photosWithoutAFaceAreMissesAndOthersMayBeTakenForNobody() throws {
    try withFolder { folder in
      for (row, sample) in ["obama.jpg", "obama2.jpg", "obama3.jpg"].enumerated() {
        try folder.copy(sample, to: "obama/\(row).jpg")
      }
      try folder.grey("obama/9.png")
      try folder.copy("biden.jpg", to: "biden/1.jpg")
      try folder.grey("biden/2.png")
      try folder.copy("biden.jpg", to: "stray.jpg")
      let curve = folder.path + "/det.svg"
      let run = try ProgramRun([
        "evaluate", "identification", folder.path, "--seed", seed(enrolling: "obama"), "--json",
        "--curve", curve,
      ])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let report = try object(run.json())
      #expect(report["people"] as? Int == 2 && report["enrolled"] as? Int == 1)
      #expect(report["mated"] as? Int == 3 && report["matedWithoutFace"] as? Int == 1)
      #expect(report["nonMated"] as? Int == 2 && report["nonMatedWithoutFace"] as? Int == 1)
      #expect(report["unnamed"] as? [String] == ["stray.jpg"])
      // Two of three; the grey one is not left out.
      let rank1 = try object(report["rank1"])
      #expect(abs(try #require(rank1["value"] as? Double) - 2.0 / 3) < 1e-9)
      // One search in a hundred of two is none.
      let levels = try list(report["levels"])
      #expect(levels.map { $0["fpir"] as? Double } == [0.003, 0.01, 0.1])
      #expect(levels.allSatisfy { $0["fnir"] is NSNull && $0["threshold"] is NSNull })
      let own = try object(report["ownThreshold"])
      #expect(own["threshold"] is Double && own["statedFPIR"] is Double)
      #expect(try object(own["fpir"])["value"] as? Double == 0)
      // Of one person nothing can be resampled: Wilson's interval of one trial is wide.
      #expect(try #require(object(own["fpir"])["high"] as? Double) > 0.7)
      _ = try XMLDocument(data: Data(contentsOf: URL(fileURLWithPath: curve)))

      let text = try ProgramRun([
        "evaluate", "identification", folder.path, "--seed", seed(enrolling: "obama"),
        "--template", "2", "--templates", "best",
      ])
      #expect(text.status == 0)
      for part in [
        "50.00 % (", "2 mated, 1 of them without a face",
        "with up to 2 photos each, of which the nearest counts", "too few non-mated searches",
        "1 photos of which nothing says whom they show", "bootstrap over people",
        "nearest to the middle counts",
      ] {
        #expect(text.output.contains(part), "\(text.output)")
      }
      // Biden is enrolled with the one face he has, and nobody finds him in the grey.
      let other = try object(
        ProgramRun([
          "evaluate", "identification", folder.path, "--seed", seed(enrolling: "biden"), "--json",
        ]).json())
      #expect(other["mated"] as? Int == 1 && other["nonMated"] as? Int == 4)
      #expect(try object(other["rank1"])["value"] as? Double == 0)
    }
  }

  @Test func nothingToMeasure() throws {
    try withFolder { folder in
      let command = ["evaluate", "identification", folder.path]
      let none = try ProgramRun(command)
      #expect(none.status == 2 && none.errors.contains("there are no photos in"))
      try folder.copy("obama.jpg", to: "obama/1.jpg")
      let one = try ProgramRun(command)
      #expect(one.status == 2 && one.errors.contains("photos of two people are the least"))
      try folder.copy("biden.jpg", to: "biden/1.jpg")
      let single = try ProgramRun(command)
      #expect(single.status == 2 && single.errors.contains("has a second photo"))
      #expect(single.errorLines.count == 1 && single.output.isEmpty)
      for arguments in [
        ["--enrolled", "1"], ["--enrolled", "0"], ["--template", "0"], ["--name-from", "none"],
        ["--curve", "curve.png"], ["--name-from", "file", "--label-pattern", "jaffe"],
      ] {
        #expect(try ProgramRun(command + arguments).status == 64, "\(arguments)")
      }
      let unwritable = try ProgramRun(command + ["--curve", folder.path + "/none/x.svg"])
      #expect(unwritable.status == 1 && unwritable.errors.contains("cannot be written"))
    }
  }

  @Test func whatCannotBeReadIsNamed() throws {
    try withFolder { folder in
      try folder.copy("obama.jpg", to: "obama/1.jpg")
      try folder.copy("obama2.jpg", to: "obama/2.jpg")
      try folder.write("obama/3.jpg", Data("only words".utf8))
      try folder.copy("biden.jpg", to: "biden/1.jpg")
      let run = try ProgramRun([
        "evaluate", "identification", folder.path, "--seed", seed(enrolling: "obama"), "--json",
      ])
      #expect(run.status == 1 && run.errorLines.count == 1)
      #expect(run.errors.contains("3.jpg: is not an image"))
      let report = try object(run.json())
      #expect(report["photos"] as? Int == 3 && report["mated"] as? Int == 1)
      #expect(try list(report["unreadable"]).map { $0["photo"] as? String } == ["obama/3.jpg"])
    }
  }
}

@Suite struct GroupsCommandTests {
  private func fill(_ folder: PeopleFolder) throws {
    try folder.copy("obama.jpg", to: "photos/obama/1.jpg")
    try folder.copy("obama2.jpg", to: "photos/obama/2.jpg")
    try folder.copy("biden.jpg", to: "photos/biden/1.jpg")
    try folder.grey("photos/biden/2.png")
    try folder.copy("obama3.jpg", to: "photos/else/1.jpg")
  }

  @Test func foldersAreThePeopleThatTheTableNames() throws {
    try withFolder { folder in
      try fill(folder)
      let table = "folder,office,wall\nobama,president,blue\nbiden,president,\ngone,none,\n"
      try folder.write("groups.csv", Data(table.utf8))
      let command = [
        "evaluate", "groups", folder.path + "/photos", "--groups", folder.path + "/groups.csv",
      ]
      let run = try ProgramRun(command + ["--json"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let report = try object(run.json())
      #expect(report["photos"] as? Int == 4 && report["notInTable"] as? Int == 1)
      #expect(report["rowsWithoutPhoto"] as? Int == 1)
      #expect(report["hasIdentities"] as? Bool == true)
      #expect(report["thresholdSource"] as? String == "the model's own")
      let columns = try list(report["columns"])
      #expect(columns.map { $0["column"] as? String } == ["office", "wall"])
      let presidents = try list(columns[0]["groups"])
      #expect(presidents.count == 1 && presidents[0]["group"] as? String == "president")
      #expect(presidents[0]["falsePairs"] as? Int == 2)
      #expect(presidents[0]["falseMatches"] as? Int == 0)
      // Obama is matched, and Biden's grey photo is not.
      #expect(presidents[0]["truePairs"] as? Int == 2)
      #expect(presidents[0]["falseNonMatches"] as? Int == 1)
      #expect(presidents[0]["withoutFace"] as? Int == 1 && presidents[0]["people"] as? Int == 2)
      let blue = try list(columns[1]["groups"])[0]
      #expect(blue["falseMatchRate"] is NSNull && blue["truePairs"] as? Int == 1)
      #expect(columns[1]["withoutValue"] as? Int == 2)
      #expect(columns[0]["largestToMean"] is NSNull)

      // Everybody is the same person at such a threshold.
      let far = try object(
        ProgramRun(command + ["--json", "--threshold", "2", "--column", "office"]).json())
      let all = try list(list(far["columns"])[0]["groups"])[0]
      #expect(all["falseMatches"] as? Int == 2 && all["falseNonMatches"] as? Int == 1)
      #expect(try object(all["falseMatchRate"])["value"] as? Double == 1)

      let text = try ProgramRun(command)
      for part in [
        "2 with a face", "1 that the table does not name, left out", "1 lines of which",
        "false non-match rate", "not compared", "without a value: 2 photos",
      ] {
        #expect(text.output.contains(part), "\(text.output)")
      }
    }
  }

  @Test func withoutPeopleEachPhotoIsOne() throws {
    try withFolder { folder in
      try fill(folder)
      try folder.write(
        "groups.csv",
        Data("photo,kind\nobama/1.jpg,a\nobama/2.jpg,a\nbiden/1.jpg,a\nelse/1.jpg,b\n".utf8))
      let command = [
        "evaluate", "groups", folder.path + "/photos", "--groups", folder.path + "/groups.csv",
      ]
      let report = try object(ProgramRun(command + ["--json"]).json())
      #expect(report["hasIdentities"] as? Bool == false)
      let group = try list(list(report["columns"])[0]["groups"])[0]
      // The two of Obama count as false.
      #expect(group["falsePairs"] as? Int == 3 && group["falseMatches"] as? Int == 1)
      #expect(group["falseNonMatchRate"] is NSNull)
      let text = try ProgramRun(command)
      #expect(text.output.contains("each counts as a person of its own"))
      #expect(!text.output.contains("true pairs"))
      // Folders say who is who.
      let named = try object(ProgramRun(command + ["--json", "--name-from", "folder"]).json())
      let own = try list(list(named["columns"])[0]["groups"])[0]
      #expect(named["hasIdentities"] as? Bool == true)
      #expect(own["falsePairs"] as? Int == 2 && own["truePairs"] as? Int == 1)
      // A third of six pairs: two are let pass.
      let rate = try object(ProgramRun(command + ["--json", "--far", "0.34"]).json())
      #expect(try object(rate["all"])["falseMatches"] as? Int == 2)
      let few = try ProgramRun(command + ["--far", "1e-3"])
      #expect(few.status == 2 && few.errors.contains("takes 1000 pairs"))
      #expect(few.errorLines.count == 1 && few.output.isEmpty)
    }
  }

  @Test func tablesThatSayNothing() throws {
    try withFolder { folder in
      try fill(folder)
      let command = [
        "evaluate", "groups", folder.path + "/photos", "--groups", folder.path + "/groups.csv",
      ]
      #expect(try ProgramRun(command).status == 1)
      for (table, status, part) in [
        ("photo,person\nobama/1.jpg,x\n", 1, "no column of groups"),
        ("photo,sex\nnobody.jpg,x\n", 2, "names none of the 5 photos"),
        ("photo,sex\nobama,x\n", 2, "photos of two people are the least"),
        ("photo,sex\nobama,x\nbiden\n", 1, "line 3 has 1 fields"),
      ] as [(String, Int32, String)] {
        try folder.write("groups.csv", Data(table.utf8))
        let run = try ProgramRun(command)
        #expect(run.status == status && run.errors.contains(part), "\(run.errors)")
        #expect(run.errorLines.count == 1 && run.output.isEmpty)
      }
      try folder.write("groups.csv", Data("photo,sex\nobama,x\nbiden,y\n".utf8))
      let unknown = try ProgramRun(command + ["--column", "age"])
      #expect(unknown.status == 1 && unknown.errors.contains("no column age, but sex"))
      for arguments in [
        ["--threshold", "0.1", "--far", "0.1"], ["--far", "0"], ["--far", "1"],
        ["--threshold", "-1"], ["--threshold", "nan"], ["--column", "sex", "--column", "sex"],
      ] {
        #expect(try ProgramRun(command + arguments).status == 64, "\(arguments)")
      }
    }
  }
}

@Suite struct LFWCommandTests {
  @Test func allPairsStandBesideTheSixThousand() throws {
    try withFolder { folder in
      let names = ["Aaron_Eckhart", "Zoe_Ball"]
      for (row, sample) in ["obama.jpg", "obama2.jpg", "obama3.jpg"].enumerated() {
        try folder.copy(sample, to: "\(names[0])/\(names[0])_000\(row + 1).jpg")
      }
      try folder.copy("biden.jpg", to: "\(names[1])/\(names[1])_0001.jpg")
      try folder.write(
        "pairs.txt",
        Data(
          """
          2\t1
          Aaron_Eckhart\t1\t2
          Aaron_Eckhart\t1\tZoe_Ball\t1
          Aaron_Eckhart\t2\t3
          Aaron_Eckhart\t3\tZoe_Ball\t1

          """.utf8))
      let run = try ProgramRun(["evaluate", "lfw", folder.path, "--json"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let report = try object(run.json())
      #expect(report["accuracy"] as? Double == 1 && report["standardError"] as? Double == 0)
      #expect(report["tarAtFar1e3"] as? Double == 1 && report["rank1"] as? Double == 1)
      #expect(report["photos"] as? Int == 4 && report["detected"] is Double)
      let interval = try object(report["accuracyInterval"])
      #expect(interval["high"] as? Double == 1)
      #expect(try #require(interval["low"] as? Double) < 0.5)
      let all = try object(report["allPairs"])
      #expect(all["truePairs"] as? Int == 3 && all["falsePairs"] as? Int == 3)
      #expect(all["tarAtFar1e4"] is NSNull && all["tarAtFar1e5"] is NSNull)
      let text = try ProgramRun(["evaluate", "lfw", folder.path])
      #expect(text.output.contains("all pairs, TAR at FAR 1e-5  too few pairs"))
      #expect(text.output.contains("3 of one person, 3 of two, of 2 people"))
    }
  }
}
