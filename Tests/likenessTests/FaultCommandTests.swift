import Foundation
import LikenessKit
import LikenessServer
import TestSupport
import Testing

/// Commands on disks that fill and fail, and killed between any two of their steps. `Scripts/reliability faults` tries more.
@Suite struct FaultCommandTests {
  /// Gives the work an empty folder, and a disk under it that fails.
  private func withDisk(_ work: (_ folder: URL, _ disk: FaultyDisk) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { home in
      let folder = home.appendingPathComponent("disk")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try work(folder, FaultyDisk(of: folder, madeIn: home))
    }
  }

  private func likeness(
    _ words: [String], at home: URL, _ environment: [String: String] = [:]
  ) throws -> ProgramRun {
    try ProgramRun(words + ["--gallery", home.path], environment: environment)
  }

  private func expectSound(_ home: URL, _ what: String) throws {
    let check = try likeness(["gallery", "check"], at: home)
    #expect(check.status == 0, "\(what): \(check.output)\(check.errors)")
  }

  private static let faults: [[String: Int]] = [
    ["ROOM": 0], ["ROOM": 300], ["ROOM": 6_000], ["ROOM": 30_000], ["WRITES": 1_000_000],
    ["WRITES": 200_000], ["SYNCS": 1_000_000], ["READS": 60_000], ["OPENS": 150_000],
    ["KILL_AT": 40], ["KILL_AT": 90],
  ]

  /// What fails says so in one line, and everything is as it was before or as the command makes it.
  @Test func `a disk that fills or fails loses nothing`() throws {
    try withDisk { folder, disk in
      let home = folder.appendingPathComponent("gallery")
      let backups = folder.appendingPathComponent("backups")
      try FileManager.default.createDirectory(at: backups, withIntermediateDirectories: false)
      let photos = ["obama.jpg", "obama2.jpg", "biden.jpg"].map { Samples.photo($0).path }
      #expect(try likeness(["add", "--quiet"] + photos, at: home).status == 0)
      #expect(try likeness(["people"], at: home).status == 0)
      let backup = backups.appendingPathComponent("backup.zip")
      let gallery = Likeness(gallery: home)
      let faces = Set(try gallery.faces.list().map(\.face))
      #expect(faces.count == 3)
      var (failed, killed) = (0, 0)
      for number in 0..<18 {
        let commands = [
          ["label", "face:1", "seen=\(number)"], ["keys", "add", "key\(number)"],
          ["people", "name", "person:1", "Name \(number)"], ["gallery", "backup", backup.path],
          ["people", "--again"], ["people", "undo"], ["remove", "face:3"],
        ]
        let words = commands[number % commands.count]
        var settings = Self.faults[number % Self.faults.count]
        settings["SEED"] = number
        let what = "\(words) \(settings)"
        let keys = try APIKeyFile(gallery: home).keys().count
        let run = try likeness(words, at: home, disk.environment(settings))
        if settings["KILL_AT"] != nil, run.status == SIGKILL {
          killed += 1
        } else {
          #expect([0, 1, 2].contains(run.status), "\(what): \(run.status) \(run.errors)")
          let told = run.errorLines.filter { $0.hasPrefix("likeness: ") }
          if run.status != 0 { #expect(told.count == 1, "\(what): \(run.errors)") }
          failed += run.status == 0 ? 0 : 1
        }
        // As the next one who changes something leaves it.
        #expect(try likeness(["label", "face:2", "after=\(number)"], at: home).status == 0)
        try expectSound(home, what)
        let now = Set(try gallery.faces.list().map(\.face))
        #expect([faces, faces.subtracting([3])].contains(now), "\(what)")
        let keysNow = try APIKeyFile(gallery: home).keys().count
        if words[0] == "keys", run.status == 0 {
          #expect(keysNow == keys + 1, "\(what)")
        } else {
          #expect(keysNow == keys || words[0] == "keys" && keysNow == keys + 1, "\(what)")
        }
        if words[1] == "backup", run.status != SIGKILL {
          // What was left by the killed is cleared away by the next, unless it is too new.
          let left = try FileManager.default.contentsOfDirectory(atPath: backups.path)
          #expect(left.count { $0 != "backup.zip" } <= killed, "\(what): \(left)")
        }
      }
      #expect(failed > 5 && killed > 0, "\(failed) failed, \(killed) were killed")
    }
  }

  @Test func `a first key that cannot be kept leaves a gallery without keys`() throws {
    try withDisk { folder, disk in
      let home = folder.appendingPathComponent("gallery")
      try Likeness(gallery: home).recover()
      for settings in [["ROOM": 0], ["ROOM": 20], ["WRITES": 1_000_000], ["SYNCS": 1_000_000]] {
        let run = try likeness(["keys", "add", "phone"], at: home, disk.environment(settings))
        #expect(run.status == 1 && run.errorLines.count == 1, "\(settings): \(run.errors)")
        let isFull = settings["ROOM"] != nil
        #expect(run.errors.contains(isFull ? "is full" : "input/output error"), "\(run.errors)")
        #expect(try APIKeyFile(gallery: home).keys().isEmpty, "\(settings)")
        let left = try FileManager.default.contentsOfDirectory(atPath: home.path)
        #expect(!left.contains { $0.contains("keys.json") }, "\(left)")
      }
    }
  }

  /// Before the first, the second and so on of what it does to files, until one is left alone.
  @Test func `a first key is there whole or not at all`() throws {
    try withDisk { folder, disk in
      let home = folder.appendingPathComponent("gallery")
      try Likeness(gallery: home).recover()
      var killed = 0
      while try APIKeyFile(gallery: home).keys().isEmpty, killed < 60 {
        let run = try likeness(
          ["keys", "add", "phone"], at: home, disk.environment(["KILL_AT": killed + 1]))
        guard run.status == SIGKILL else {
          #expect(run.status == 0, "\(run.errors)")
          break
        }
        killed += 1
        try expectSound(home, "killed before step \(killed)")
      }
      #expect(try APIKeyFile(gallery: home).keys().map(\.name) == ["phone"])
      #expect(3..<60 ~= killed, "\(killed)")
    }
  }
}
