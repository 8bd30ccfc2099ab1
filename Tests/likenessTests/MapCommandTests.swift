import Foundation
import GallerySQLite
import LikenessKit
import Projection
import TestSupport
import Testing

@Suite struct MapCommandTests {
  /// A gallery of made-up faces, unless there are none.
  private func gallery(
    _ count: Int, in folder: URL, isEqual: Bool = false, names: [String] = ["n0", "n1", "n2"]
  ) throws -> String {
    let home = folder.appendingPathComponent("gallery")
    let store = try GalleryStore(at: home, access: .write, create: true)
    let thumbnail = try Photo(width: 8, height: 8, pixels: Array(repeating: 90, count: 192))
      .jpegData()
    try store.add(
      (0..<count).map { row in
        var random = SplitMix64(seed: isEqual ? 1 : UInt64(row))
        let face = NewFace(
          name: names[row % names.count],
          geometry: FaceGeometry(x: 0, y: 0, width: 9, height: 9, landmarks: []), score: 1,
          quality: FaceQuality(size: 9, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: Embedding((0..<8).map { _ in Float.random(in: -1...1, using: &random) }),
          thumbnail: thumbnail)
        return NewPhoto(
          digest: "\(row)", file: PhotoFile(path: "/p/\(row).jpg", bytes: 1, modified: 0),
          width: 20, height: 20, turned: 0, faces: [face])
      }, model: "made-up")
    return home.path
  }

  private func map(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(["map"] + arguments)
  }

  private func expectLine(
    _ run: ProgramRun, _ status: Int32, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
    #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.hasPrefix("likeness: "), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
  }

  @Test func `names that no font has are told where they are drawn`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(4, in: folder, names: ["김연아", "木村拓哉", "Zoë", "李小龙"])
      let fonts = folder.appendingPathComponent("fonts.conf")
      try Data(
        "<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>".utf8
      ).write(to: fonts)
      for (ending, isTold) in [("png", true), ("svg", false), ("html", false)] {
        let run = try ProgramRun(
          [
            "map", "--gallery", home, "--method", "pca", "-o",
            folder.appendingPathComponent("map.\(ending)").path,
          ], environment: ["FONTCONFIG_FILE": fonts.path])
        #expect(run.status == 0)
        let told = run.errorLines.filter { $0.contains("no font") }
        #expect(told.count == (isTold ? 1 : 0), "\(run.errors)")
        #expect(told.allSatisfy { $0.contains(" and 2 other texts") })
      }
      let report = try ProgramRun(
        [
          "report", "--gallery", home, "-o", folder.appendingPathComponent("report.html").path,
          "--contact-sheet", folder.appendingPathComponent("sheet.png").path,
        ], environment: ["FONTCONFIG_FILE": fonts.path])
      #expect(report.errors.contains("has all characters of 김연아 and 2 other texts"))
    }
  }

  @Test func `every format is written, by the file's name or as told`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(12, in: folder)
      let starts: [(String, [UInt8])] = [
        ("html", Array("<!DOCTYPE html>".utf8)), ("svg", Array("<svg ".utf8)),
        ("png", [0x89, 0x50, 0x4E, 0x47]), ("csv", Array("face,name,".utf8)),
        ("npy", [0x93] + Array("NUMPY".utf8)),
      ]
      for (ending, start) in starts {
        let file = folder.appendingPathComponent("map.\(ending)")
        let run = try map("--gallery", home, "-o", file.path, "--method", "pca", "--quiet")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.output.contains("12 faces, PCA"))
        #expect(try Data(contentsOf: file).starts(with: start))
        let other = folder.appendingPathComponent("other-\(ending)")
        #expect(
          try map("--gallery", home, "-o", other.path, "--format", ending, "--dims", "3").status
            == 0)
        #expect(try Data(contentsOf: other).starts(with: start))
      }
      let projector = folder.appendingPathComponent("projector")
      #expect(
        try map("--gallery", home, "-o", projector.path, "--format", "projector").status == 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: projector.path).sorted() == [
          "map.tsv", "metadata.tsv", "projector_config.json", "projector_config.pbtxt",
          "sprite.jpg", "tensors.tsv",
        ])
    }
  }

  @Test func `the answer in JSON is the points, and nothing is written`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(9, in: folder)
      let run = try map("--gallery", home, "--json", "--perplexity", "2", "--quiet")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let answer = try #require(try run.json() as? [String: Any])
      let faces = try #require(answer["faces"] as? [[String: Any]])
      #expect(faces.count == 9 && (faces[0]["position"] as? [Double])?.count == 2)
      let facts = try #require(answer["facts"] as? [String: String])
      #expect(facts["Perplexity"] == "2" && facts["KL divergence"] != nil)
      // The second time it is the same one.
      #expect(
        try map("--gallery", home, "--json", "--perplexity", "2", "--quiet").output == run.output)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["gallery"])
    }
  }

  /// What a file shows of the faces is looked for when it is needed, and kept.
  @Test func `a map that was made for its points has all for a page`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(12, in: folder)
      let points = try map("--gallery", home, "--json", "--method", "pca", "--quiet")
      #expect(points.status == 0)
      let page = folder.appendingPathComponent("map.html")
      let run = try map("--gallery", home, "-o", page.path, "--method", "pca")
      #expect(run.status == 0, "\(run.errors)")
      let near = try NSRegularExpression(pattern: #""near":\{[^}]*"width":8\}"#)
      let text = try String(contentsOf: page, encoding: .utf8)
      #expect(
        near.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil)
      #expect(
        try map("--gallery", home, "--json", "--method", "pca", "--quiet").output == points.output)
    }
  }

  @Test func `any number of components is written as numbers`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(12, in: folder)
      let pca = ["--gallery", home, "--method", "pca", "--quiet"]
      let csv = folder.appendingPathComponent("map.csv")
      var run = try ProgramRun(
        ["map"] + pca + ["--dims", "8", "--standardize", "-o", csv.path])
      #expect(run.status == 0 && run.output.contains("12 faces, PCA"), "\(run.errors)")
      let lines = try String(contentsOf: csv, encoding: .utf8).split(separator: "\n")
      #expect(
        lines[0] == "face,name,person,photo,pc1,pc2,pc3,pc4,pc5,pc6,pc7,pc8,placed"
          && lines.count == 13)
      for (flags, shape) in [(["--dims", "5"], "(12, 5)"), (["--dims", "1"], "(12, 1)")] {
        let npy = folder.appendingPathComponent("map.npy")
        run = try ProgramRun(["map"] + pca + flags + ["-o", npy.path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(
          String(decoding: try Data(contentsOf: npy).prefix(128), as: UTF8.self).contains(shape))
      }
      run = try ProgramRun(["map"] + pca + ["--dims", "5", "--json"])
      let faces = (try run.json() as? [String: Any])?["faces"] as? [[String: Any]]
      #expect((faces?.first?["position"] as? [Double])?.count == 5)
      let projector = folder.appendingPathComponent("projector").path
      run = try ProgramRun(
        ["map"] + pca + ["--dims", "5", "--format", "projector", "-o", projector])
      #expect(run.status == 0, "\(run.errors)")
      expectLine(
        try ProgramRun(["map"] + pca + ["--dims", "9", "-o", csv.path]), 1,
        "9 principal components are too many: 12 faces of 8 dimensions have 8")

      let file = folder.appendingPathComponent("all.npy").path
      run = try ProgramRun([
        "export", "--gallery", home, "--format", "npy", "--pca", "3", "--standardize", "-o", file,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let array = try Data(contentsOf: URL(fileURLWithPath: file))
      #expect(String(decoding: array.prefix(128), as: UTF8.self).contains("(12, 3)"))
      expectLine(
        try ProgramRun(["export", "--gallery", home, "--pca", "9"]), 1, "9 principal components")
      for wrong in [["--pca", "0"], ["--standardize"]] {
        #expect(try ProgramRun(["export", "--gallery", home] + wrong).status == 64)
      }
    }
  }

  @Test func `t-SNE takes the steps that are asked for`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(20, in: folder)
      func steps(_ arguments: String...) throws -> String? {
        let run = try ProgramRun(["map", "--gallery", home, "--json", "--quiet"] + arguments)
        let facts = (try run.json() as? [String: Any])?["facts"] as? [String: String]
        return facts?["Steps"]
      }
      #expect(try steps("--iterations", "300", "--perplexity", "5") == "300")
      #expect(try steps("--iterations", "20") == "20")
    }
  }

  @Test func `t-SNE begins where it is asked to`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(20, in: folder)
      func made(_ arguments: String...) throws -> (start: String?, places: [[Double]]) {
        let run = try ProgramRun(
          ["map", "--gallery", home, "--json", "--quiet", "--iterations", "20"] + arguments)
        let answer = try #require(try run.json() as? [String: Any])
        let faces = try #require(answer["faces"] as? [[String: Any]])
        return (
          (answer["facts"] as? [String: String])?["Initialization"],
          faces.compactMap { $0["position"] as? [Double] }
        )
      }
      let standard = try made()
      #expect(standard.start == nil && standard.places.count == 20)
      let same = try made("--initialization", "pca")
      #expect(same.start == nil && same.places == standard.places)
      let random = try made("--initialization", "random-projection")
      #expect(random.start == "random-projection" && random.places != standard.places)
    }
  }

  @Test func `what cannot be mapped is one line and an exit code`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("map.html").path
      expectLine(
        try map("--gallery", folder.path + "/none", "-o", target), 2, "there is no gallery")
      expectLine(try map("--gallery", try gallery(0, in: folder), "-o", target), 2, "no faces yet")
      #expect(!FileManager.default.fileExists(atPath: target))
    }
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("map.html").path
      expectLine(try map("--gallery", try gallery(1, in: folder), "-o", target), 2, "one face")
      #expect(!FileManager.default.fileExists(atPath: target))
    }
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("map.html").path
      expectLine(
        try map("--gallery", try gallery(6, in: folder, isEqual: true), "-o", target), 2,
        "all 6 faces are equal")
      #expect(!FileManager.default.fileExists(atPath: target))
    }
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(10, in: folder)
      let target = folder.appendingPathComponent("map.html").path
      expectLine(
        try map("--gallery", home, "-o", target, "--perplexity", "30"), 1,
        "perplexity 30 is too large for 10 faces: the largest possible is 3")
      expectLine(
        try map("--gallery", home, "-o", folder.path + "/no/map.html"), 1, "cannot be written")
      expectLine(
        try map("--gallery", home, "-o", folder.path, "--format", "html"), 1, "is a directory")
      expectLine(
        try map("--gallery", home, "-o", folder.path, "--format", "projector"), 1,
        "holds other files")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["gallery"])
      // Two faces are enough.
    }
    try TestFiles.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("map.html").path
      let run = try map("--gallery", try gallery(2, in: folder), "-o", target)
      #expect(run.status == 0 && run.output.contains("2 faces"))
    }
  }

  @Test(arguments: [
    ["--dims", "4"], ["--perplexity", "0.5"], ["--method", "umap"], ["--format", "gif"],
    ["-o", "map.gif"], ["-o", "map"], ["--neighbors", "-1"],
    ["--method", "pca", "--perplexity", "5"], ["--method", "pca", "--dims", "0"], ["--standardize"],
    ["--method", "pca", "--iterations", "300"], ["--iterations", "0"],
    ["--method", "pca", "--initialization", "pca"], ["--initialization", "none-such"],
    ["--method", "pca", "--dims", "5"], ["--method", "pca", "--dims", "1", "-o", "map.html"],
    ["--method", "pca", "--dims", "5", "--format", "svg"],
    ["--method", "pca", "--dims", "5", "-o", "map.png", "--json"],
  ])
  func `wrong usage is told apart`(_ arguments: [String]) throws {
    let run = try ProgramRun(["map", "--gallery", "/nonexistent"] + arguments)
    #expect(run.status == 64, "\(run.errors)")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interruption leaves nothing half-written`(signal: Int32) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(3_000, in: folder)
      let target = folder.appendingPathComponent("map.html")
      let process = ProgramRun.process(["map", "--gallery", home, "-o", target.path, "--dims", "3"])
      let errors = Pipe()
      process.standardError = errors
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      usleep(1_500_000)
      kill(process.processIdentifier, signal)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1, "\(text)")
      #expect(text == "likeness: interrupted; nothing was written\n", "\(text)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["gallery"])
    }
  }
}
