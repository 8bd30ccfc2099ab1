import Foundation
import LikenessKit
import TestSupport
import Testing

private func expectOneLine(
  _ run: ProgramRun, _ status: Int32, saying part: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.errors.hasPrefix("likeness: "), "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
}

@Suite struct ProgramOutputTests {
  private let obama = Samples.photo("obama.jpg").path

  private func write(_ photo: Photo, _ url: URL) throws {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try photo.pngData().write(to: url)
  }

  private func plain() -> Photo {
    Photo(width: 300, height: 200, pixels: Array(repeating: 128, count: 180_000))
  }

  @Test(arguments: [["models"], ["models", "--json"], ["detect"], ["embed", "--format", "npy"]])
  func anAnswerThatCannotBeWrittenIsAnErrorAndNoCrash(_ command: [String]) throws {
    let process = ProgramRun.process(
      command[0] == "models" ? command : [command[0], obama] + command.dropFirst())
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
    #expect(text.hasPrefix("likeness: the answer cannot be written: no space left"), "\(text)")
    #expect(text.split(separator: "\n").count == 1, "\(text)")
  }

  @Test func nowhereToComplainIsNoCrash() throws {
    let process = ProgramRun.process(["nearest", "x", "--gallery", "/nonexistent"])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: "/dev/full")
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 2)
  }

  @Test func addingNothingSaysWhyInOneLine() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let text = folder.appendingPathComponent("text.jpg")
      try Data("only words".utf8).write(to: text)
      let wall = folder.appendingPathComponent("wall.png")
      try write(plain(), wall)
      for flags in [[], ["--quiet"], ["--json"]] {
        func add(_ path: URL) throws -> ProgramRun {
          try ProgramRun(["add", path.path, "--gallery", home] + flags)
        }
        expectOneLine(try add(empty), 2, saying: "there are no photos in \(empty.path)")
        expectOneLine(
          try add(text), 1, saying: flags.isEmpty ? "is not an image" : "1 unreadable")
        if flags.isEmpty { expectOneLine(try add(wall), 2, saying: "no face found") }
      }
    }
  }

  @Test func failingLeavesNoEmptyFolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      let wall = folder.appendingPathComponent("wall.png")
      try write(plain(), wall)
      let out = folder.appendingPathComponent("out")
      expectOneLine(
        try ProgramRun(["crop", wall.path, "-o", out.path]), 2, saying: "no face found")
      expectOneLine(
        try ProgramRun(["crop", folder.path + "/none.jpg", "-o", out.path]), 1,
        saying: "no such file")
      expectOneLine(
        try ProgramRun(["embed", wall.path, "--format", "csv", "-o", out.path]), 2,
        saying: "no face found")
      #expect(!FileManager.default.fileExists(atPath: out.path))
      // A file where the folder should be.
      try Data("x".utf8).write(to: out)
      expectOneLine(
        try ProgramRun(["crop", obama, "-o", out.path]), 1, saying: "cannot be written")
      #expect(try Data(contentsOf: out) == Data("x".utf8))
    }
  }

  @Test func awkwardNamesAreNamesLikeAnyOther() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gal lery").path
      let names = ["Anna \"Ann\" O'Neil", "😀 smile", "-dash", "Jose\u{301}", "a, b; c"]
      let photo = try Photo.load(contentsOf: Samples.photo("obama.jpg")).resized(
        width: 228, height: 285)
      for (number, name) in names.enumerated() {
        var pixels = photo.pixels
        pixels[0] = UInt8(number)
        try write(
          Photo(width: 228, height: 285, pixels: pixels),
          folder.appendingPathComponent("people/\(name)/1.png"))
      }
      let people = folder.appendingPathComponent("people").path
      let arguments = ["add", people, "--name-from", "folder", "--gallery", home, "--json"]
      let first = try #require(try ProgramRun(arguments).json() as? [String: Any])
      #expect(first["added"] as? Int == 5)
      let again = try #require(try ProgramRun(arguments).json() as? [String: Any])
      #expect(again["added"] as? Int == 0 && again["already"] as? Int == 5)
      let list = try #require(
        try ProgramRun(["list", "--gallery", home, "--json"]).json() as? [[String: Any]])
      #expect(
        Set(list.compactMap { $0["name"] as? String })
          == Set(names.map(\.precomposedStringWithCanonicalMapping)))
      for name in names {
        let run = try ProgramRun(["nearest", "--gallery", home, "--json", "--", name])
        let answer = try #require(try run.json() as? [String: Any])
        #expect((answer["results"] as? [Any])?.count == 4, "\(name): \(run.errors)")
      }
      // Every field of a CSV stays in its column.
      let csv = try ProgramRun(["export", "--gallery", home, "--format", "csv"])
      #expect(csv.output.contains("\"Anna \"\"Ann\"\" O'Neil\""))
      #expect(csv.output.split(separator: "\n").count == 6)
    }
  }

  @Test func aFileWhereTheGalleryShouldBeIsLeftAlone() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("notes.txt")
      try Data("x".utf8).write(to: file)
      expectOneLine(
        try ProgramRun(["add", obama, "--gallery", file.path]), 1, saying: "not a folder")
      #expect(try Data(contentsOf: file) == Data("x".utf8))
    }
  }

  @Test func aDamagedGalleryIsToldAndNeverACrash() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let file = home.appendingPathComponent("gallery.sqlite")
      #expect(
        try ProgramRun(["add", Samples.folder.path, "--gallery", home.path]).status == 0)
      let sound = [UInt8](try Data(contentsOf: file))
      var random = SplitMix64(seed: 51)
      var told = 0
      for round in 0..<24 {
        var bytes = sound
        // Also the columns' types and counts, not only what is in them.
        for _ in 0..<(round < 12 ? 400 : 40) {
          bytes[Int.random(in: 100..<bytes.count, using: &random)] = .random(
            in: 0...255, using: &random)
        }
        try Data(bytes).write(to: file)
        let kind = ["names", "photos", "faces"][round % 3]
        let run = try ProgramRun(["list", kind, "--gallery", home.path])
        #expect([0, 1].contains(run.status), "round \(round): \(run.errors.prefix(400))")
        if run.status == 1 {
          told += 1
          #expect(run.errorLines.count == 1 && run.errors.hasPrefix("likeness: "))
        }
      }
      #expect(told > 0)
    }
  }

  @Test func embeddingFilesAreProbes() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("e.npy")
      #expect(
        try ProgramRun(["embed", obama, "--largest", "--format", "npy", "-o", file.path]).status
          == 0)
      let distance = try #require(
        try ProgramRun(["distance", file.path, obama, "--json"]).json() as? [String: Double])
      #expect(Set(distance.keys) == ["l2", "l1", "cosine"])
      #expect(distance.values.allSatisfy { $0 < 1e-3 })
      let short = folder.appendingPathComponent("short.json")
      try Data("[1, 2, 3]".utf8).write(to: short)
      expectOneLine(
        try ProgramRun(["verify", short.path, obama]), 1, saying: "cannot be compared")
      try Data("[1, 2,".utf8).write(to: short)
      expectOneLine(try ProgramRun(["verify", short.path, obama]), 1, saying: "not an embedding")
    }
  }
}
