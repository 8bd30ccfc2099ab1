import Foundation
import GRDB
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

/// Expects one clear line on standard error and nothing on standard output.
private func expectLine(
  _ arguments: [String], status: Int32, saying parts: String...,
  environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let run = try ProgramRun(arguments, environment: environment)
  #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.output.isEmpty, sourceLocation: sourceLocation)
  #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
  #expect(run.errors.hasPrefix("likeness: "), "\(run.errors)", sourceLocation: sourceLocation)
  for part in parts {
    #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
  }
}

@Suite struct ProgramErrorTests {
  private let obama = Samples.photo("obama.jpg").path

  @Test func filesThatAreNoPhotos() throws {
    try TestFiles.withTemporaryFolder { folder in
      func file(_ name: String, _ data: Data) throws -> String {
        let url = folder.appendingPathComponent(name)
        try data.write(to: url)
        return url.path
      }
      let text = try file("text.jpg", Data("only words".utf8))
      let empty = try file("empty.png", Data())
      let bomb = try file("bomb.png", TestFiles.png(claimingWidth: 60_000, height: 60_000))
      let whole = try Data(contentsOf: Samples.photo("obama.jpg"))
      let cut = try file("cut.jpg", whole.prefix(whole.count / 2))
      let plain = try file(
        "plain.png",
        Photo(width: 300, height: 200, pixels: Array(repeating: 128, count: 180_000)).pngData())
      for command in [
        ["search", "--gallery", folder.path + "/none"], ["verify", obama], ["distance", obama],
      ] {
        let isSearch = command[0] == "search"
        guard !isSearch else { continue }
        try expectLine(command + [text], status: 1, saying: "text.jpg")
        try expectLine(command + [empty], status: 1, saying: "empty")
        try expectLine(command + [cut], status: 1, saying: "cut.jpg")
        try expectLine(command + [bomb], status: 1, saying: "60000")
        try expectLine(command + [plain], status: 2, saying: "no face")
        try expectLine(command + [folder.path + "/none.jpg"], status: 1, saying: "none.jpg")
      }
      let detect = try ProgramRun(["detect", text, bomb, plain, obama])
      #expect(detect.status == 1)
      #expect(detect.errorLines.count == 3)
      #expect(detect.output.contains("obama.jpg"))
      let json = try ProgramRun(["detect", text, "--json"])
      let answer = try #require(try json.json() as? [[String: Any]])
      #expect(answer[0]["error"] is String)
      // Adding goes on past what it cannot read, and says why.
      let home = folder.appendingPathComponent("gallery").path
      let add = try ProgramRun(
        ["add", folder.path, obama, "--gallery", home, "--json", "--log", folder.path + "/log"])
      let summary = try #require(try add.json() as? [String: Any])
      #expect(summary["added"] as? Int == 1 && summary["noFace"] as? Int == 1)
      #expect(summary["unreadable"] as? Int == 4)
      let skipped = try #require(summary["skipped"] as? [[String: Any]])
      #expect(
        skipped.count == 5 && skipped.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })
      let log = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
      #expect(log.split(separator: "\n").count == 5)
    }
  }

  @Test func namesThatAreNotThere() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      try expectLine(["nearest", "obama", "--gallery", home], status: 2, saying: "likeness add")
      for name in ["Joe", "joe"] {
        #expect(
          try ProgramRun([
            "add", Samples.photo(name == "Joe" ? "obama.jpg" : "biden.jpg").path, "--name", name,
            "--gallery", home,
          ]).status == 0)
      }
      try expectLine(
        ["nearest", "jow", "--gallery", home], status: 2, saying: "did you mean", "joe")
      try expectLine(["nearest", "JOE", "--gallery", home], status: 2, saying: "\"Joe\", \"joe\"")
      try expectLine(["verify", "nobody", "joe", "--gallery", home], status: 2, saying: "nobody")
      try expectLine(["remove", "nobody", "--gallery", home], status: 2, saying: "nobody")
      try expectLine(["remove", "--face", "99", "--gallery", home], status: 2, saying: "99")
      try expectLine(["remove", "--photo", "x.jpg", "--gallery", home], status: 2, saying: "x.jpg")
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      #expect(try ProgramRun(["add", empty.path, "--gallery", home]).status == 2)
      try expectLine(["add", folder.path + "/none", "--gallery", home], status: 1, saying: "none")
    }
  }

  /// What is wrong with a number is said, also where it begins as an option does.
  @Test(
    arguments: [
      (["nearest", "x", "--count", "-1"], "--count must be at least 1, not -1"),
      (["nearest", "x", "-c", "-1"], "--count must be at least 1, not -1"),
      (["serve", "--port", "-1"], "--port must be from 0 to 65535, not -1"),
      (["serve", "--port", "99999"], "--port must be from 0 to 65535, not 99999"),
      (["detect", "x", "--smallest-face", "inf"], "--smallest-face must be from 8 to 100000"),
      (["report", "--count", "0"], "--count must be from 1 to 100000, not 0"),
    ])
  func numbersOutOfRange(_ arguments: [String], _ message: String) throws {
    let run = try ProgramRun(arguments)
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// What is found out while a command runs is one line, whatever kind of mistake it is.
  @Test func mistakesAreOneLine() throws {
    try TestFiles.withTemporaryFolder { folder in
      try expectLine(
        ["remove", "--from", folder.path + "/none", "--gallery", folder.path], status: 64,
        saying: "cannot be read")
      let home = folder.appendingPathComponent("gallery").path
      #expect(try ProgramRun(["add", obama, "--gallery", home]).status == 0)
      #expect(try ProgramRun(["people", "--gallery", home]).status == 0)
      let name = ["people", "name", "person:1"]
      try expectLine(name + ["a\u{2028}b", "--gallery", home], status: 64, saying: "line break")
      try expectLine(name + [" ", "--gallery", home], status: 64, saying: "without a letter")
      try expectLine(
        ["label", "face:1", "mood=a\u{2028}b", "--gallery", home], status: 64,
        saying: "line break")
      for output in [folder.path + "/none/r.html", folder.path] {
        let run = try ProgramRun(["report", "--output", output, "--gallery", home])
        #expect(run.status == 1 && run.errorLines.count == 1 && run.output.isEmpty)
        #expect(!run.errors.contains("NSCocoaErrorDomain") && !run.errors.contains("Code="))
        #expect(run.errors.contains("cannot be written: "), "\(run.errors)")
      }
      let pages = try ProgramRun(
        ["report", "--page", "2", "--output", folder.path + "/r.html", "--gallery", home])
      #expect(pages.status == 64 && pages.errors.contains("there is no page 2: one has all faces"))
    }
  }

  /// A place on a photo needs no gallery.
  @Test func oneFaceOfAPhotoIsAProbe() throws {
    try TestFiles.withTemporaryFolder { folder in
      let none = ["--gallery", folder.path + "/none"]
      let same = try ProgramRun(["distance", obama + "#1", obama, "--json"] + none)
      let distances = try #require(try same.json() as? [String: Double])
      #expect(same.status == 0 && distances.values.allSatisfy { $0 < 1e-3 })
      try expectLine(
        ["distance", obama + "#2", obama] + none, status: 1, saying: "has one face only: write")
      try expectLine(["distance", obama + "#0", obama] + none, status: 1, saying: "no such file")
    }
  }

  @Test func galleriesThatCannotBeUsed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let file = home.appendingPathComponent("gallery.sqlite")
      #expect(try ProgramRun(["add", obama, "--gallery", home.path]).status == 0)
      do {
        let holder = try GalleryStore(at: home, access: .write)
        try expectLine(
          ["add", obama, "--gallery", home.path], status: 1, saying: "process \(getpid())")
        // Asking is not changing.
        #expect(try ProgramRun(["list", "--gallery", home.path]).status == 0)
        withExtendedLifetime(holder) {}
      }
      try DatabaseQueue(path: file.path).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of the future')")
      }
      try expectLine(["list", "--gallery", home.path], status: 1, saying: "newer version")
      try Data("words".utf8).write(to: file)
      try expectLine(["list", "--gallery", home.path], status: 1, saying: "not a gallery")
      try expectLine(["add", obama, "--gallery", home.path], status: 1, saying: "not a gallery")
      #expect(try Data(contentsOf: file) == Data("words".utf8))
    }
  }

  @Test func modelsAndRuntimeThatAreMissing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      let models = folder.appendingPathComponent("models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      try expectLine(
        ["add", obama, "--gallery", home], status: 1, saying: "OpenVINO is missing",
        "Scripts/setup",
        environment: ["LIKENESS_OPENVINO": folder.path])
      try expectLine(
        ["add", obama, "--gallery", home], status: 1, saying: "is missing", "Scripts/setup",
        environment: ["LIKENESS_MODELS": models.path])
      // Nothing is left of the attempts.
      #expect(!FileManager.default.fileExists(atPath: home))
      for name in try FileManager.default.contentsOfDirectory(atPath: StandardFolders.models.path) {
        try FileManager.default.copyItem(
          at: StandardFolders.models.appendingPathComponent(name),
          to: models.appendingPathComponent(name))
      }
      let network = models.appendingPathComponent("sface-2021dec/model.onnx")
      let handle = try FileHandle(forUpdating: network)
      try handle.seek(toOffset: 5_000_000)
      try handle.write(contentsOf: Data([1, 2, 3]))
      try handle.close()
      try expectLine(
        ["detect", obama], status: 1, saying: "model.onnx", "checksum",
        environment: ["LIKENESS_MODELS": models.path])
    }
  }

  @Test func disksThatAreFullOrReadOnly() throws {
    // Only root may mount; others are told so by the file system tests of the gallery.
    guard getuid() == 0 else { return }
    try TestFiles.withTemporaryFolder { folder in
      let disk = folder.appendingPathComponent("disk").path
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      func mount(_ options: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/mount")
        process.arguments = ["-t", "tmpfs", "-o", options, "tmpfs", disk]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
      }
      // A container may forbid it even to root.
      guard try mount("size=96k") else { return }
      // 2 is MNT_DETACH: also while something still looks at it.
      defer { umount2(disk, 2) }
      try expectLine(
        ["add", Samples.folder.path, "--gallery", disk + "/gallery"], status: 1, saying: "full")
      guard try mount("remount,size=10m") else { return }
      #expect(try ProgramRun(["add", obama, "--gallery", disk + "/gallery"]).status == 0)
      guard try mount("remount,ro") else { return }
      try expectLine(
        ["add", Samples.photo("biden.jpg").path, "--gallery", disk + "/gallery"], status: 1,
        saying: "read-only")
      let list = try ProgramRun(["list", "--gallery", disk + "/gallery"])
      #expect(list.status == 0 && list.output.hasPrefix("obama"))
      try expectLine(
        ["embed", obama, "-o", disk + "/e.json"], status: 1, saying: "e.json")
    }
  }
}

@Suite struct ProgramInterruptionTests {
  /// Many photos of different content.
  private func copies(_ count: Int, in folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let photo = try Photo.load(contentsOf: Samples.photo("obama.jpg")).resized(
      width: 228, height: 285)
    for number in 0..<count {
      var pixels = photo.pixels
      pixels[0] = UInt8(number)
      try Photo(width: 228, height: 285, pixels: pixels).pngData().write(
        to: folder.appendingPathComponent("p\(number).png"))
    }
  }

  @Test(arguments: [SIGKILL, SIGINT]) func nothingIsLostOrHalfDone(_ signal: Int32) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      let home = folder.appendingPathComponent("gallery").path
      try copies(200, in: photos)
      let arguments = ["add", photos.path, "--gallery", home, "--jobs", "1"]
      let process = ProgramRun.process(arguments)
      let errors = Pipe()
      process.standardError = errors
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      // Once the first photos are in, it is in the middle of its work.
      while process.isRunning {
        let store = try? GalleryStore(at: URL(fileURLWithPath: home), access: .read)
        if let count = try? store?.summary().photos, count > 0 { break }
        usleep(20_000)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      if signal == SIGINT {
        #expect(process.terminationStatus == 1)
        #expect(text.contains("run the same command again"))
      }
      let before = try GalleryStore(at: URL(fileURLWithPath: home), access: .read).summary()
      #expect(before.photos > 0 && before.faces == before.photos)
      let again = try ProgramRun(arguments + ["--json"])
      let summary = try #require(try again.json() as? [String: Any])
      #expect(again.status == 0)
      #expect(summary["already"] as? Int == before.photos)
      #expect(summary["added"] as? Int == 200 - before.photos)
    }
  }
}
