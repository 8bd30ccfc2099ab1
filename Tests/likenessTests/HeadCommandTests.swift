import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

@Suite struct HeadCommandTests {
  /// People of two photos each, called as LFW's are; only the first two of eight numbers say who it is.
  private func gallery(in folder: URL, model: String = ModelStore.standardEmbedding) throws
    -> String
  {
    let home = folder.appendingPathComponent("gallery-\(model)")
    let store = try GalleryStore(at: home, access: .write, create: true)
    var random = SplitMix64(seed: 1)
    var photos: [NewPhoto] = []
    for person in 0..<60 {
      let own = (0..<2).map { _ in Float.random(in: -1...1, using: &random) }
      for number in 1...2 {
        let rest = (0..<6).map { _ in Float.random(in: -1...1, using: &random) }
        let face = NewFace(
          name: "P\(person)",
          geometry: FaceGeometry(x: 0, y: 0, width: 90, height: 90, landmarks: []), score: 1,
          quality: FaceQuality(size: 90, sharpness: 50, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: Embedding(own + rest), thumbnail: Data([1]))
        photos.append(
          NewPhoto(
            digest: "\(person)-\(number)",
            file: PhotoFile(path: "/p/P\(person)_000\(number).jpg", bytes: 1, modified: 0),
            width: 100, height: 100, turned: 0, faces: [face]))
      }
    }
    _ = try store.add(photos, model: model)
    return home.path
  }

  private func pairs(_ people: Range<Int>, in folder: URL, _ name: String) throws -> String {
    var lines: [String] = []
    for person in people { lines.append("P\(person)\t1\t2") }
    for person in people {
      for step in [1, 7] {
        let other = people.lowerBound + (person - people.lowerBound + step) % people.count
        lines.append("P\(person)\t1\tP\(other)\t2")
      }
    }
    let file = folder.appendingPathComponent(name)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    return file.path
  }

  @Test func `a head is trained, verifies, and beats the plain distance`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(in: folder)
      let models = folder.appendingPathComponent("models").path
      let environment = ["LIKENESS_MODELS": models]
      func likeness(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun(arguments, environment: environment)
      }
      let (learnt, tested) = (
        try pairs(0..<40, in: folder, "train.txt"), try pairs(40..<60, in: folder, "test.txt")
      )
      let out = folder.appendingPathComponent("run").path
      let run = try likeness(
        "train", "--head", "siamese", "--pairs", learnt, "--gallery", home, "--out", out,
        "--name", "mine", "--pull", "0", "--json")
      try #require(run.status == 0, "\(run.errors)")
      let answer = try #require(try run.json() as? [String: Any])
      #expect(answer["pairs"] as? Int == 96 && answer["heldOutPairs"] as? Int == 24)
      for file in ["config.json", "metrics.json", "best.safetensors"] {
        #expect(FileManager.default.fileExists(atPath: "\(out)/\(file)"))
      }

      let verdict = try likeness(
        "verify", "P1", "P1", "--gallery", home, "--head", "mine", "--json")
      try #require(verdict.status == 0, "\(verdict.errors)")
      let told = try #require(try verdict.json() as? [String: Any])
      #expect(told["same"] as? Bool == true && told["head"] as? String == "mine")
      #expect(told["threshold"] as? Double == 0.5)
      #expect((told["reason"] as? String)?.contains("the head mine gives") == true)

      let table = try likeness(
        "evaluate", "pairs", tested, "--gallery", home, "--head", "mine", "--leave-out", learnt,
        "--json")
      try #require(table.status == 0, "\(table.errors)")
      let report = try #require(try table.json() as? [String: Any])
      #expect(report["pairs"] as? Int == 60 && report["leftOut"] as? Int == 0)
      func accuracy(_ key: String) throws -> Double {
        try #require((report[key] as? [String: Any])?["accuracy"] as? Double)
      }
      #expect(try accuracy("head") > accuracy("plain"))
      let shots = try likeness("evaluate", "oneshot", "--gallery", home, "--head", "mine", "--json")
      let reports = try #require(try shots.json() as? [[String: Any]])
      #expect(reports.map { $0["probes"] as? Int } == [60, 60])
      #expect(
        try #require(reports[1]["rank1"] as? Double) > #require(reports[0]["rank1"] as? Double))

      // Embeddings of another model are not what it learnt from.
      let other = try gallery(in: folder, model: "other")
      let refused = try likeness(
        "evaluate", "pairs", tested, "--gallery", other, "--head", "mine")
      #expect(refused.status == 1 && refused.errorLines.count == 1)
      #expect(refused.errors.contains("was trained on embeddings of"))
      let left = try likeness("evaluate", "pairs", learnt, "--gallery", home, "--leave-out", learnt)
      #expect(left.status == 2 && left.errorLines.count == 1)
    }
  }

  @Test(arguments: [
    (["train", "--head", "siamese"], "learns from --pairs"),
    (["train", "x", "--head", "siamese", "--pairs", "p"], "takes neither photos"),
    (["train", "x", "--pairs", "p"], "are for --head siamese"),
    (
      ["train", "--head", "siamese", "--pairs", "p", "--pair-features", "l3"],
      "--pair-features must name"
    ),
    (["train", "--head", "siamese", "--pairs", "p", "--pull", "-1"], "--pull"),
    (["train", "--head", "siamese", "--pairs", "p", "--network", "dlib"], "--network is for"),
    (["train", "--head", "siamese", "--pairs", "p", "--margin", "1"], "--margin is for networks"),
  ]) func `wrong usage is said so`(_ arguments: [String], _ message: String) throws {
    let run = try ProgramRun(arguments)
    #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
  }

  @Test func `what cannot be learnt from is one clear line, and leaves nothing`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = try gallery(in: folder)
      let out = folder.appendingPathComponent("run").path
      let file = folder.appendingPathComponent("pairs.txt")
      for (text, status, message) in [
        ("2\nP1 1\n", 1, "line 2 is neither"), ("", 1, "no pairs in it"),
        ("Nobody 1 2\nNobody 1 Else 1\n", 2, "photos of 0 of 2 pairs"),
        ("P1 1 2\nP2 1 2\n", 2, "pairs of one person and of two"),
      ] as [(String, Int32, String)] {
        try Data(text.utf8).write(to: file)
        let run = try ProgramRun([
          "train", "--head", "siamese", "--pairs", file.path, "--gallery", home, "--out", out,
        ])
        #expect(run.status == status && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
      let verdict = try ProgramRun(["verify", "P1", "P2", "--gallery", home, "--head", "no-such"])
      #expect(verdict.status == 1 && verdict.errors.contains("no model 'no-such'"))
    }
  }
}
