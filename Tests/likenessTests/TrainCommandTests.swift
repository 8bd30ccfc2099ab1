import Foundation
import LikenessKit
import TestSupport
import Testing

@Suite(.serialized) struct TrainCommandTests {
  private static let quick = [
    "--crop", "whole", "--size", "32", "--width", "0.1", "--dimensions", "8", "--people", "3",
    "--photos", "4", "--threads", "1",
  ]

  /// A folder of models that those of set-up are in, and where others may be put.
  private func models(in folder: URL) throws -> [String: String] {
    let models = folder.appendingPathComponent("models")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: false)
    for name in try FileManager.default.contentsOfDirectory(atPath: StandardFolders.models.path) {
      try FileManager.default.createSymbolicLink(
        at: models.appendingPathComponent(name),
        withDestinationURL: StandardFolders.models.appendingPathComponent(name))
    }
    return ["LIKENESS_MODELS": models.path]
  }

  private func photos(in folder: URL) throws -> URL {
    let photos = folder.appendingPathComponent("photos")
    try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
    try CartoonFace.write(CartoonFace.album(people: 3, takes: 1), to: photos, side: 32)
    return photos
  }

  @Test(arguments: [
    (["train"], "either where the photos are or which run"),
    (["train", "x", "--resume", "y"], "either where the photos are or which run"),
    (["train", "--resume", "y", "--out", "z"], "without --out"),
    (["train", "x", "--width", "9"], "--width must be from 0.1 to 2"),
    (["train", "x", "--size", "8"], "--size must be from 32 to 512"),
    (["train", "x", "--photos", "1000000"], "--photos must be from 1 to 1000"),
    (["train", "x", "--people", "900", "--photos", "900"], "more than 4096"),
    (["train", "--resume", "y", "--epochs", "3"], "without --epochs"),
    (["train", "--resume", "y", "--threads", "3"], "without --threads"),
    (["train", "x", "--depth", "4"], "--depth is for --network dlib"),
    (["train", "x", "--network", "dlib", "--depth", "30"], "--depth must be from 1 to 29"),
    (["train", "x", "--network", "dlib", "--weights", "w"], "--weights is for"),
    (["train", "x", "--epochs=-1"], "--epochs must be from 0 to"),
    (["train", "x", "--network", "dlib", "--features", "median"], "--features is for"),
    (["train", "x", "--crop-area", "1-0.5"], "crop-area"),
    (["train", "x", "--crop-area", "0.5-2"], "--crop-area must be from 0.01 to 1"),
    (["train", "x", "--shear", "60"], "--shear must be from 0 to 45"),
    (["train", "x", "--decay", "1"], "--decay must be from 0 to below 1"),
    (["train", "x", "--loss", "siamese", "--reduction", "sum"], "--reduction is for the triplet"),
    (["train", "x", "--hidden", "0"], "hidden"),
    (["train", "x", "--teacher", "sface", "--loss", "triplet"], "--loss is for labels"),
    (["train", "x", "--teacher", "sface", "--hold-out", "people"], "--hold-out is photos or none"),
    (["train", "--resume", "y", "--hidden", "4"], "without --hidden"),
    (["train", "--resume", "y", "--rotation", "4"], "without --rotation"),
    (["train", "x", "--people", "1"], "--people must be at least 2"),
    (["train", "x", "--loss", "n-pair", "--miner", "random"], "--miner is for the triplet losses"),
    (
      ["train", "x", "--loss", "circle", "--margin", "1"],
      "--margin is for --loss triplet, soft-triplet, contrastive: circle has none"
    ),
    (["train", "x", "--loss", "none-such"], "multi-similarity"),
    (["train", "x", "--hold-out", "cells:x"], "hold-out"),
    (["train", "x", "--hold-out", "people:"], "hold-out"),
  ]) func `wrong usage is said so`(_ arguments: [String], _ message: String) throws {
    let run = try ProgramRun(arguments)
    #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
  }

  @Test func `what cannot be learnt from is one clear line`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("run").path
      func errors(_ data: URL, _ more: String...) throws -> String {
        let run = try ProgramRun(["train", data.path, "--out", out] + more)
        // A name that no model may have is a mistake in what was typed.
        let status: Int32 = more.first == "--name" ? 64 : 1
        #expect(run.status == status && run.errorLines.count == 1, "\(run.errors)")
        // Nothing is left behind.
        #expect(!FileManager.default.fileExists(atPath: out))
        return run.errors
      }
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: false)
      #expect(try errors(empty).contains("there are no photos"))
      #expect(try errors(folder.appendingPathComponent("none")).contains("no such file or folder"))
      let photos = try photos(in: folder)
      #expect(try errors(photos, "--name", "a b").contains("cannot be called 'a b'"))
      for (arguments, message) in [
        (["--hidden", "4"], "--hidden is for --loss siamese"),
        (["--features", "median"], "one vector for all attributes"),
        (
          ["--loss", "siamese", "--heads", "person", "--features", "pooled"],
          "trains a head for the embedding"
        ),
        (["--teacher", "sface", "--dimensions", "8"], "gives 128 numbers"),
      ] {
        let run = try ProgramRun(["train", photos.path, "--out", out] + arguments)
        #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
      #expect(try errors(photos, "--teacher", "nobody").contains("no model 'nobody'"))
      #expect(try errors(photos, "--heads", "age").contains("no attribute \"age\""))
      let table = folder.appendingPathComponent("labels.csv")
      try Data("path,person\nnone.png,A\n".utf8).write(to: table)
      #expect(try errors(table).contains("line 2: there is no photo none.png"))
      let run = try ProgramRun(["train", "--resume", empty.path])
      #expect(run.status == 1 && run.errors.contains("is not a run that could be resumed"))
    }
  }

  @Test func `a trained model embeds for galleries, which remember it`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let environment = try models(in: folder)
      let photos = try photos(in: folder)
      let out = folder.appendingPathComponent("run").path
      let run = try ProgramRun(
        ["train", photos.path, "--out", out, "--name", "toon", "--epochs", "2", "--json"]
          + Self.quick, environment: environment)
      try #require(run.status == 0, "\(run.errors)")
      let answer = try #require(try run.json() as? [String: Any])
      #expect(answer["model"] as? String == "toon" && answer["photos"] as? Int == 21)
      for file in ["config.json", "metrics.csv", "metrics.json", "curves.svg"] {
        #expect(FileManager.default.fileExists(atPath: "\(out)/\(file)"))
      }
      let again = try ProgramRun(["train", photos.path, "--out", out] + Self.quick)
      #expect(again.status == 1 && again.errors.contains("is there already"))

      let gallery = folder.appendingPathComponent("gallery").path
      func likeness(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun(arguments + ["--gallery", gallery], environment: environment)
      }
      let obama = Samples.photo("obama.jpg").path
      let added = try likeness("add", "--model", "toon", obama, Samples.photo("biden.jpg").path)
      #expect(added.status == 0, "\(added.errors)")
      let info = try likeness("info")
      #expect(info.output.contains("toon, 8 dimensions"))
      #expect(info.output.contains("held-out photos"))
      let embedded = try ProgramRun(
        ["embed", "--model", "toon", obama, "--largest"], environment: environment)
      let faces = try #require(
        ((try embedded.json() as? [[String: Any]])?.first?["faces"]) as? [[String: Any]])
      #expect((faces.first?["embedding"] as? [Double])?.count == 8)
      let heads = faces.first?["attributes"] as? [String: [Double]]
      #expect(heads?.mapValues(\.count) == ["expression": 8])
      // The gallery's own model is taken where none is named.
      let search = try likeness("search", obama, "--json")
      #expect(search.status == 0, "\(search.errors)")
      let found = try #require(try search.json() as? [String: Any])
      let seen = try #require(found["faces"] as? [[String: Any]])
      let results = try #require(seen.first?["results"] as? [[String: Any]])
      #expect(results.first?["name"] as? String == "obama")
      #expect(try likeness("add", Samples.photo("obama2.jpg").path).status == 0)
      let mixed = try likeness("add", "--model", "dlib-face-recognition-resnet-v1", obama)
      #expect(mixed.status == 1 && mixed.errorLines.count == 1)
      #expect(mixed.errors.contains("holds embeddings of toon"))
      let unknown = try ProgramRun(
        ["add", "--model", "nobody", obama, "--gallery", folder.appendingPathComponent("g").path],
        environment: environment)
      #expect(unknown.status == 1 && unknown.errors.contains("no model 'nobody'"))
      // Another network of that name answers for galleries of its own, not for this one.
      let trained = try ProgramRun(
        [
          "train", photos.path, "--out", out + "-2", "--name", "toon", "--epochs", "1", "--seed",
          "9",
        ]
          + Self.quick, environment: environment)
      #expect(trained.status == 0, "\(trained.errors)")
      for arguments in [["search", obama], ["add", Samples.photo("obama3.jpg").path]] {
        let stale = try ProgramRun(arguments + ["--gallery", gallery], environment: environment)
        #expect(stale.status == 1 && stale.errorLines.count == 1, "\(stale.errors)")
        #expect(stale.errors.contains("holds embeddings of an earlier toon"))
      }
    }
  }

  /// As the published experiment has it, but small: what the embedding is, and that it answers.
  @Test func `a recipe sets all that it says, and options change it`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let environment = try models(in: folder)
      let photos = try photos(in: folder)
      let out = folder.appendingPathComponent("run").path
      let run = try ProgramRun(
        [
          "train", photos.path, "--recipe", "mercari", "--out", out, "--name", "text", "--epochs",
          "1", "--size", "64", "--width", "0.1", "--threads", "1", "--margin", "0.5",
        ], environment: environment)
      try #require(run.status == 0, "\(run.errors)")
      let config = try #require(
        try JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(fileURLWithPath: out + "/config.json"))) as? [String: Any])
      #expect(config["dimensions"] as? Int == 21, "three people with seven expressions")
      #expect(config["margin"] as? Double == 0.5 && config["isNormalized"] as? Bool == false)
      #expect(config["optimizer"] as? String == "adam" && config["pixels"] as? String == "unit")
      #expect(config["schedule"] as? String == "constant" && config["weightDecay"] as? Double == 0)
      let views = try #require(config["augmentation"] as? [String: Any])
      #expect(views["rotation"] as? Double == 0.5 && views["shear"] as? Double == 0.5)
      let algebra = try ProgramRun(
        [
          "evaluate", "algebra", photos.path, "--label-pattern", "jaffe", "--model", "text",
          "--protocol", "a", "--recipe", "mercari", "--whole", "--json", "--quiet",
        ], environment: environment)
      #expect(algebra.status == 0, "\(algebra.errors)")
      let embedded = try ProgramRun(
        ["embed", "--model", "text", Samples.photo("obama.jpg").path, "--largest"],
        environment: environment)
      let faces = try #require(
        ((try embedded.json() as? [[String: Any]])?.first?["faces"]) as? [[String: Any]])
      let numbers = try #require(faces.first?["embedding"] as? [Double])
      #expect(numbers.count == 1280 && numbers.allSatisfy { (0...6).contains($0) }, "ReLU6 maps")
    }
  }

  @Test func `a network learns from a teacher without labels`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let environment = try models(in: folder)
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
      for name in ["obama.jpg", "biden.jpg", "obama2.jpg", "obama3.jpg"] {
        try FileManager.default.copyItem(
          at: Samples.photo(name), to: photos.appendingPathComponent(name))
      }
      try TestImage(width: 40, height: 40, pixels: [UInt8](repeating: 90, count: 4800))
        .encoded(".png").write(to: photos.appendingPathComponent("empty.png"))
      let out = folder.appendingPathComponent("run").path
      let run = try ProgramRun(
        [
          "train", photos.path, "--teacher", "sface", "--out", out, "--name", "student",
          "--epochs", "12", "--hold-out", "none", "--size", "64", "--width", "0.2", "--people", "2",
          "--photos", "2", "--threads", "1", "--json",
        ], environment: environment)
      try #require(run.status == 0, "\(run.errors)")
      let answer = try #require(try run.json() as? [String: Any])
      #expect((answer["skipped"] as? [Any])?.count == 1, "a photo without a face")
      let metrics = try #require(
        (answer["outcome"] as? [String: Any])?["metrics"] as? [[String: Any]])
      let losses = metrics.compactMap { $0["loss"] as? Double }
      #expect(losses.count == 12 && losses[11] < losses[0] / 2, "\(losses)")
      // Its embeddings are like the teacher's, so it can begin another run.
      let next = try ProgramRun(
        [
          "train", try self.photos(in: folder.appendingPathComponent("run")).path, "--weights",
          out + "/checkpoint.safetensors", "--out", out + "-2", "--name", "next", "--epochs", "1",
        ] + Self.quick + ["--width", "0.2"], environment: environment)
      #expect(next.status == 0, "\(next.errors)")
    }
  }

  @Test(arguments: ["person", "expression,person"])
  func `a network and its head are one model`(_ attributes: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let environment = try models(in: folder)
      let run = try ProgramRun(
        [
          "train", try photos(in: folder).path, "--loss", "siamese", "--hidden", "6", "--heads",
          attributes, "--out", folder.appendingPathComponent("run").path, "--name", "twins",
          "--epochs", "2",
        ] + Self.quick, environment: environment)
      try #require(run.status == 0, "\(run.errors)")
      let (obama, biden) = (Samples.photo("obama.jpg").path, Samples.photo("biden.jpg").path)
      let verified = try ProgramRun(
        ["verify", obama, biden, "--model", "twins", "--head", "twins", "--json"],
        environment: environment)
      #expect(verified.status == 0, "\(verified.errors)")
      let verdict = try #require(try verified.json() as? [String: Any])
      #expect(verdict["head"] as? String == "twins" && verdict["probability"] is Double)
      let gallery = folder.appendingPathComponent("gallery").path
      let added = try ProgramRun(
        ["add", "--model", "twins", obama, biden, "--gallery", gallery], environment: environment)
      #expect(added.status == 0, "\(added.errors)")
      let named = try ProgramRun(
        ["verify", "obama", "biden", "--head", "twins", "--gallery", gallery],
        environment: environment)
      #expect(named.status == 0, "\(named.errors)")
      let other = try ProgramRun(
        ["verify", obama, biden, "--head", "twins"], environment: environment)
      #expect(other.status == 1 && other.errors.contains("twins"), "\(other.errors)")
      let none = try ProgramRun(
        ["verify", obama, biden, "--head", "dlib"], environment: environment)
      #expect(none.status == 64 && none.errorLines.count == 1, "\(none.errors)")
    }
  }

  @Test func `an interrupted run is saved, says how to go on, and goes on`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let environment = try models(in: folder)
      let out = folder.appendingPathComponent("run")
      let process = ProgramRun.process(
        [
          "train", try photos(in: folder).path, "--out", out.path, "--name", "toon", "--epochs",
          "400", "--patience", "0",
        ]
          + Self.quick, environment)
      let errors = Pipe()
      process.standardError = errors
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let checkpoint = out.appendingPathComponent("checkpoint.safetensors").path
      while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) {
        usleep(20_000)
      }
      process.interrupt()
      process.waitUntilExit()
      let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(process.terminationStatus == 1)
      #expect(said.contains("interrupted; go on with: likeness train --resume"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/models/toon"))
      // As short a rest as there can be: the run's own number of epochs, set to what is done and one more.
      let config = out.appendingPathComponent("config.json")
      let metrics = try Data(contentsOf: out.appendingPathComponent("metrics.json"))
      let done = try #require(try JSONSerialization.jsonObject(with: metrics) as? [Any]).count
      let text = try String(contentsOf: config, encoding: .utf8)
      try Data(text.replacing("\"epochs\" : 400", with: "\"epochs\" : \(done + 1)").utf8)
        .write(to: config)
      let resumed = try ProgramRun(
        ["train", "--resume", out.path, "--name", "toon", "--json"], environment: environment)
      try #require(resumed.status == 0, "\(resumed.errors)")
      let answer = try #require(try resumed.json() as? [String: Any])
      let outcome = try #require(answer["outcome"] as? [String: Any])
      #expect((outcome["metrics"] as? [Any])?.count == done + 1)
    }
  }
}
