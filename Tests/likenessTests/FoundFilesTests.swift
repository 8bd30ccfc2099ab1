import Foundation
import LikenessKit
import TestSupport
import Testing

/// What `add` finds in folders, and what it says about the rest.
@Suite struct FoundFilesTests {
  private func write(_ data: Data, _ path: String, in folder: URL) throws {
    let file = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  @Test func `one face is counted as one`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      let added = try ProgramRun(["add", Samples.photo("obama.jpg").path, "--gallery", home])
      #expect(added.status == 0 && added.output.hasPrefix("added 1 (1 face)"))
    }
  }

  @Test func `every file of a folder is accounted for`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let obama = try Data(contentsOf: Samples.photo("obama.jpg"))
      try write(obama, "in/obama", in: folder)
      try write(Data(contentsOf: Samples.photo("biden.jpg")), "out/biden.jpg", in: folder)
      for name in ["a.mp4", "b.MOV", "c.nef", "d.jxl", "e.txt", "sub/f.txt", ".g"] {
        try write(Data("x".utf8), "in/\(name)", in: folder)
      }
      try write(obama.prefix(9000), "in/cut.jpg", in: folder)
      for (link, target) in [("in/album", "../out"), ("in/loop", "."), ("in/gone", "nowhere")] {
        try FileManager.default.createSymbolicLink(
          atPath: folder.appendingPathComponent(link).path, withDestinationPath: target)
      }
      let home = folder.appendingPathComponent("gallery").path
      let log = folder.appendingPathComponent("log.txt")
      let arguments = [
        "add", folder.appendingPathComponent("in").path, "--gallery", home, "--log", log.path,
      ]
      let told =
        "not photos: 2 videos, 1 raw file without a photo beside it, "
        + "1 image of a format that is not supported, 2 other files, 1 hidden file or sidecar; "
        + "not searched: 1 link to what was searched already, 1 link that leads nowhere"
      let run = try ProgramRun(arguments)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasPrefix("added 2 (") && run.output.contains("unreadable 1;"))
      #expect(run.output.split(separator: "\n").last.map(String.init) == told)
      let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 10)
      #expect(lines.contains { $0.hasSuffix("in/c.nef\traw file without a photo beside it") })
      #expect(lines.contains { $0.hasSuffix("in/gone\tlink that leads nowhere") })

      let json = try #require(try ProgramRun(arguments + ["--json"]).json() as? [String: Any])
      #expect(json["already"] as? Int == 2 && json["unreadable"] as? Int == 1)
      #expect(json["notReached"] as? Int == 0)
      #expect(
        json["passedOver"] as? [String: Int] == [
          "videos": 2, "rawFiles": 1, "rawFilesBesidePhotos": 0, "unsupportedImages": 1,
          "otherFiles": 2, "hiddenFilesAndSidecars": 1, "linksToSearched": 1, "brokenLinks": 1,
          "unlistedFolders": 0,
        ])
    }
  }

  @Test func `a folder without photos says what is in it`() throws {
    try TestFiles.withTemporaryFolder { folder in
      try write(Data("x".utf8), "in/a.mp4", in: folder)
      let run = try ProgramRun([
        "add", folder.appendingPathComponent("in").path, "--json", "--gallery",
        folder.appendingPathComponent("gallery").path,
      ])
      #expect(run.status == 2 && run.errorLines.count == 1)
      #expect(run.errors.hasSuffix("; not photos: 1 video\n"), "\(run.errors)")
    }
  }

  @Test func `a photo whose name is not UTF-8 is added, shown and opened again`() throws {
    try TestFiles.withTemporaryFolder { folder in
      // By way of the shell, as Foundation gives programs nothing but UTF-8.
      func shell(_ script: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
          "-c", script, ProgramRun.product("likeness").path, Samples.photo("obama.jpg").path,
        ]
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
      }
      let name = #"caf\xE9.jpg"#
      let copied = try shell(#"mkdir in; cp "$1" "$(printf 'in/caf\351.jpg')""#)
      #expect(copied.status == 0)
      let added = try shell(#""$0" add in --gallery gallery --json"#)
      #expect(added.status == 0 && added.output.contains(#""added" : 1"#), "\(added)")
      let photos = try shell(#""$0" list photos --gallery gallery --json"#)
      #expect(photos.output.contains(#"/in/caf\\xE9.jpg""#), "\(photos)")
      for path in [#"$(printf 'in/caf\351.jpg')"#, #"in/caf\xE9.jpg"#] {
        let found = try shell(#""$0" search "\#(path)" --gallery gallery"#)
        #expect(found.status == 0 && found.output.contains(name), "\(found)")
      }
      // A name with such letters in it is another.
      let literal = try shell(
        #"cp "$1" 'in/caf\xE9.jpg'; "$0" detect 'in/caf\xE9.jpg' 'in/caf\x5CxE9.jpg' --json"#)
      #expect(literal.status == 0, "\(literal)")
      #expect(literal.output.contains(#""in/caf\\x5CxE9.jpg""#), "\(literal)")
      // Known as it is, it is not looked at again.
      let again = try shell(#"rm in/*x*; "$0" add in --gallery gallery --json"#)
      #expect(again.status == 0 && again.output.contains(#""already" : 1"#), "\(again)")
    }
  }

  @Test func `embedding files of any length are compared by direction, and none is refused`() throws
  {
    try TestFiles.withTemporaryFolder { folder in
      func file(_ name: String, _ value: (Int) -> String) throws -> String {
        let values = (0..<128).map(value).joined(separator: ",")
        try write(Data(values.utf8), name, in: folder)
        return folder.appendingPathComponent(name).path
      }
      let plain = try file("v.csv") { "\($0 % 7 - 3)" }
      let zero = try file("zero.csv") { _ in "0" }
      for scale in ["e30", "e-30"] {
        let scaled = try file("v\(scale).csv") { "\($0 % 7 - 3)\(scale)" }
        let run = try ProgramRun(["verify", plain, scaled, "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let answer = try #require(try run.json() as? [String: Any])
        #expect((answer["distance"] as? Double).map { $0 < 1e-6 } == true, "\(answer)")
      }
      for command in ["verify", "distance"] {
        let run = try ProgramRun([command, plain, zero])
        #expect(run.status == 1 && run.output.isEmpty && run.errorLines.count == 1)
        #expect(run.errors.contains("all of its numbers are zero"), "\(run.errors)")
      }
    }
  }
}
