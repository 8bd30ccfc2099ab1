import Foundation
import LikenessKit
import TestSupport
import Testing

/// A gallery of the sample photos, made once by the program itself.
private let gallery: Result<String, any Error> = Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("likeness-program-\(ProcessInfo.processInfo.processIdentifier)").path
  try? FileManager.default.removeItem(atPath: folder)
  let run = try ProgramRun(["add", Samples.folder.path, "--gallery", folder, "--json"])
  #expect(run.status == 0)
  return folder
}

private func object(_ value: Any?) throws -> [String: Any] {
  try #require(value as? [String: Any])
}

private func list(_ value: Any?) throws -> [[String: Any]] {
  try #require(value as? [[String: Any]])
}

@Suite struct ProgramTests {
  @Test func detectAndEmbedAnswerInTheAgreedShape() throws {
    let photo = Samples.photo("obama.jpg").path
    for command in ["detect", "embed"] {
      let run = try ProgramRun([command, photo, "--json"])
      #expect(run.status == 0 && run.errors.isEmpty)
      let answer = try #require(try list(run.json()).first)
      #expect(answer["photo"] as? String == photo)
      #expect(answer["width"] as? Int == 910 && answer["height"] as? Int == 1137)
      #expect(answer["error"] is NSNull)
      let face = try #require(try list(answer["faces"]).first)
      let box = try object(face["box"])
      #expect(Set(box.keys) == ["x", "y", "width", "height"])
      #expect((face["landmarks"] as? [[Double]])?.count == 5)
      #expect(face["score"] is Double && face["quality"] is Double)
      #expect((face["embedding"] as? [Double])?.count == (command == "embed" ? 128 : nil))
    }
  }

  @Test func embeddingsComeAsTextAndArrays() throws {
    let photos = [Samples.photo("obama.jpg").path, Samples.photo("biden.jpg").path]
    let csv = try ProgramRun(["embed"] + photos + ["--format", "csv"])
    let lines = csv.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("photo,face,e0,e1"))
    let npy = try ProgramRun(["embed"] + photos + ["--format", "npy"])
    #expect(npy.outputData.count == 128 + 2 * 128 * 4)
  }

  @Test func nearestAnswersInTheAgreedShape() throws {
    let text = try ProgramRun(["nearest", "obama", "--gallery", gallery.get()])
    #expect(text.status == 0)
    #expect(text.output.split(separator: "\n")[0].hasPrefix("1  obama"))
    let run = try ProgramRun(["nearest", "biden", "--gallery", gallery.get(), "--json", "-c", "3"])
    let answer = try object(run.json())
    #expect(answer["query"] as? String == "biden")
    let results = try list(answer["results"])
    #expect(results.count == 3)
    for (number, result) in results.enumerated() {
      #expect(result["rank"] as? Int == number + 1)
      #expect(result["distance"] is Double && result["probability"] is Double)
      #expect(result["photo"] is String && result["face"] is Int && result["name"] != nil)
    }
  }

  @Test func searchAnswersForEveryFace() throws {
    let run = try ProgramRun(
      ["search", Samples.photo("obama2.jpg").path, "--gallery", gallery.get(), "--json"])
    let faces = try list(try object(run.json())["faces"])
    #expect(faces.count >= 1)
    #expect(try list(faces[0]["results"])[0]["name"] as? String == "obama2")
    #expect(faces[0]["box"] is [String: Any])
    let recognition = try object(faces[0]["recognition"])
    #expect(recognition["known"] as? Bool == true && recognition["metric"] as? String == "cosine")
    for key in ["distance", "threshold"] { #expect(recognition[key] is Double) }
    #expect(recognition["reason"] is String)
  }

  /// The cut-off is told with its reason, whichever way it goes.
  @Test func searchSaysWhoIsUnknown() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      #expect(
        try ProgramRun(["add", Samples.photo("obama.jpg").path, "--gallery", home]).status == 0)
      for (photo, start) in [("obama2.jpg", "likely obama"), ("biden.jpg", "unknown")] {
        let run = try ProgramRun(["search", Samples.photo(photo).path, "--gallery", home])
        #expect(run.status == 0 && run.errors.isEmpty)
        let lines = run.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("face 1 of 1, ") && lines.count == 4)
        #expect(lines[1].hasPrefix("  \(start): cosine distance 0."), "\(lines[1])")
        #expect(
          lines[1].contains("the gallery's threshold 0.")
            && lines[1].contains("% of unknown people"))
        #expect(lines[2].split(separator: " ") == ["cosine"])
        #expect(lines[3].hasPrefix("  1  obama  "))
        // The distance of the ranking is the one that decides.
        let distance = try #require(lines[1].firstMatch(of: /cosine distance (0\.\d+)/)?.1)
        #expect(lines[3].contains(distance))
      }
    }
  }

  @Test func verifyAndDistanceAnswerInTheAgreedShape() throws {
    let (a, b) = (Samples.photo("obama.jpg").path, Samples.photo("obama2.jpg").path)
    let verdict = try object(try ProgramRun(["verify", a, b, "--json"]).json())
    #expect(verdict["same"] as? Bool == true)
    for key in ["distance", "probability", "threshold"] { #expect(verdict[key] is Double) }
    #expect(verdict["reason"] is String)
    let distance = try object(
      try ProgramRun(["distance", a, "biden", "--json", "--gallery", gallery.get()]).json())
    for key in ["l2", "l1", "cosine"] { #expect(distance[key] is Double) }
    let text = try ProgramRun(["verify", a, "biden", "--gallery", gallery.get()])
    #expect(text.status == 0 && text.output.hasPrefix("different people"))
  }

  @Test func picturesAreDrawnAndCut() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = Samples.photo("obama.jpg").path
      let drawing = folder.appendingPathComponent("drawn.png")
      #expect(try ProgramRun(["detect", photo, "--draw", drawing.path]).status == 0)
      #expect(try Photo.load(contentsOf: drawing).height == 1137)
      let run = try ProgramRun(["crop", photo, photo, "-o", folder.path + "/faces", "--json"])
      let files = try list(run.json()).flatMap { try #require($0["files"] as? [String]) }
      #expect(Set(files).count == 2)
      #expect(try Photo.load(contentsOf: URL(fileURLWithPath: files[0])).width == 150)
    }
  }

  /// Whoever cuts by what detect says has the same pixels.
  @Test(arguments: [[], ["--longest-side", "500"]])
  func boxesAreCutAsDetectTellsThem(_ flags: [String]) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = Samples.photo("obama2.jpg")
      let out = folder.appendingPathComponent("boxes").path
      let run = try ProgramRun(["crop", "--box", photo.path, "-o", out, "--json"] + flags)
      let files = try #require(try list(run.json()).first?["files"] as? [String])
      #expect(run.status == 0 && files.count == 1 && files[0].hasSuffix("obama2-1.png"))
      let detected = try list(try ProgramRun(["detect", photo.path, "--json"] + flags).json())
      let box = try object(try list(detected[0]["faces"])[0]["box"])
      func whole(_ key: String) throws -> Int {
        Int(try #require(box[key] as? Double).rounded(.toNearestOrEven))
      }
      let (x, y) = (try whole("x"), try whole("y"))
      let (width, height) = (try whole("width"), try whole("height"))
      let image = try Photo.load(contentsOf: photo)
      let (left, right) = (max(0, x), min(image.width, x + width))
      let (top, bottom) = (max(0, y), min(image.height, y + height))
      let crop = try Photo.load(contentsOf: URL(fileURLWithPath: files[0]))
      #expect(crop.width == right - left && crop.height == bottom - top && crop.width > 50)
      var slice: [UInt8] = []
      for row in top..<bottom {
        let start = 3 * (row * image.width + left)
        slice += image.pixels[start..<start + 3 * (right - left)]
      }
      #expect(crop.pixels == slice)
      let text = try ProgramRun(["detect", photo.path] + flags).output
      #expect(text.contains("\(width) px  at \(x),\(y)"))
    }
  }

  /// The rule decides, and the model's estimate is told beside it.
  @Test func aThresholdOfTheUsersDecides() throws {
    let (a, b) = (Samples.photo("obama.jpg").path, Samples.photo("obama2.jpg").path)
    let pair = ["verify", a, b, "--model", "dlib"]
    for (flags, start, relation) in [
      (["--threshold", "0.6"], "same person by your own rule", "is within your threshold 0.6"),
      (["--threshold", "0.1"], "different people by your own rule", "is above your threshold 0.1"),
      (
        ["--threshold", "0.05", "--metric", "cosine"], "same person by your own rule",
        "is within your threshold 0.05"
      ),
    ] {
      let text = try ProgramRun(pair + flags)
      #expect(text.status == 0 && text.output.hasPrefix(start + "\n"), "\(text.output)")
      #expect(text.output.contains(relation) && text.output.contains("the model's own estimate"))
      let verdict = try object(try ProgramRun(pair + flags + ["--json"]).json())
      #expect(verdict["same"] as? Bool == start.hasPrefix("same"))
      #expect(verdict["metric"] as? String == (flags.count > 2 ? "cosine" : "l2"))
      #expect(
        verdict["distance"] as? Double == verdict[flags.count > 2 ? "cosine" : "l2"] as? Double)
      #expect(verdict["probability"] as? Double ?? 0 > 0.9)
      #expect((verdict["reason"] as? String)?.contains(relation) == true)
    }
    for flags in [
      ["--metric", "l1"], ["--threshold", "0.6", "--head", "none"], ["--threshold", "nan"],
      ["--threshold=-1"], ["--threshold", "0.6", "--metric", "l3"],
    ] {
      let wrong = try ProgramRun(pair + flags)
      #expect(wrong.status == 64 && wrong.output.isEmpty, "\(flags)")
    }
  }

  @Test func theGalleryIsListedExportedAndEmptied() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("my \"gallery\"").path
      let added = try object(
        try ProgramRun(["add", Samples.folder.path, "--gallery", home, "--json"]).json())
      #expect(added["added"] as? Int == 7 && added["already"] as? Int == 0)
      #expect(added["noFace"] as? Int == 0 && added["unreadable"] as? Int == 0)
      #expect((added["skipped"] as? [Any])?.isEmpty == true)
      #expect(try list(try ProgramRun(["list", "--gallery", home, "--json"]).json()).count == 7)
      let info = try object(
        try object(try ProgramRun(["info", "--gallery", home, "--json"]).json())["gallery"])
      #expect(info["photos"] as? Int == 7)
      let file = folder.appendingPathComponent("all.npy")
      #expect(
        try ProgramRun(["export", "--gallery", home, "--format", "npy", "-o", file.path]).status
          == 0)
      #expect(try Data(contentsOf: file).count > 7 * 128 * 4)
      let receipt = try object(
        try ProgramRun(["remove", "biden", "--gallery", home, "--json"]).json())
      #expect(receipt["names"] as? [String] == ["biden"])
      let gone = try ProgramRun(["nearest", "biden", "--gallery", home])
      #expect(gone.status == 2 && gone.output.isEmpty)
      #expect(
        try ProgramRun(["remove", "--photo", "obama.jpg", "--gallery", home]).output
          .hasPrefix("removed 1 face, 1 photo, 1 name (obama)"))
    }
  }

  @Test func modelsAndUsage() throws {
    let models = try list(try ProgramRun(["models", "--json"]).json())
    #expect(models.contains { $0["licence"] as? String == "CC0-1.0" })
    #expect(try ProgramRun(["models", "verify"]).status == 0)
    for arguments in [
      ["nearest"], ["verify", "one"], ["add", "x", "--jobs", "0"], ["frobnicate"],
      ["remove"], ["nearest", "a", "-c", "0"], ["embed", "x", "--format", "xml"],
    ] {
      let run = try ProgramRun(arguments)
      #expect(run.status == 64, "\(arguments)")
      #expect(run.output.isEmpty)
    }
    #expect(try ProgramRun(["--help"]).output.contains("nearest"))
  }
}
