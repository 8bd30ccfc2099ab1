import Faces
import Foundation
import TestSupport
import Testing

@Suite struct ModelsCommandTests {
  private struct Place {
    var folder: URL
    var environment: [String: String]
    var store: ModelStore

    func run(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun(arguments, environment: environment)
    }

    func write(_ data: Data, _ name: String) throws -> String {
      let file = folder.appendingPathComponent(name)
      try data.write(to: file)
      return file.path
    }
  }

  private func withPlace(_ work: (Place) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let (store, environment) = try ModelFolder.make(in: folder)
      try work(Place(folder: folder, environment: environment, store: store))
    }
  }

  private let obama = Samples.photo("obama.jpg").path

  @Test func `a model is added, listed, verified, used, joined and removed`() throws {
    try withPlace { place in
      let file = try place.write(MadeEmbedding().onnx(), "made.onnx")
      let added = try place.run("models", "add", file, "--name", "mine", "--licence", "MIT")
      #expect(added.status == 0, "\(added.errors)")
      #expect(
        added.output.contains(
          "mine: an embedding of 64 numbers, from faces of 112 × 112 aligned as arcface's"))
      #expect(added.errors.contains("likeness models calibrate mine"))

      let list = try #require(try place.run("models", "--json").json() as? [[String: Any]])
      let mine = try #require(list.first { $0["name"] as? String == "mine" })
      #expect(mine["calibrated"] as? Bool == false && mine["licence"] as? String == "MIT")
      #expect(
        list.first { $0["name"] as? String == "sface-2021dec" }?["calibrated"] as? Bool == true)
      let table = try place.run("models").output
      #expect(table.contains("alignment") && table.contains("mine"))
      #expect(try place.run("models", "verify").output.contains("mine: unaltered"))

      let embedded = try place.run("embed", obama, "--model", "mine", "--json")
      let photos = try #require(try embedded.json() as? [[String: Any]])
      let face = try #require((photos[0]["faces"] as? [[String: Any]])?.first)
      #expect((face["embedding"] as? [Double])?.count == 64)

      // In a gallery, which says what its percentages rest on.
      let home = place.folder.appendingPathComponent("gallery").path
      #expect(
        try place.run(
          "add", obama, Samples.photo("biden.jpg").path, "--gallery", home, "--model", "mine"
        ).status == 0)
      let nearest = try place.run("nearest", "obama", "--gallery", home)
      #expect(nearest.status == 0 && nearest.output.contains("biden"))
      #expect(
        nearest.errorLines.filter { $0.contains("the model mine is not calibrated") }.count == 1)
      #expect(try place.run("nearest", "obama", "--gallery", home, "--quiet").errors.isEmpty)
      let verdict = try place.run("verify", obama, obama, "--gallery", home)
      #expect(verdict.status == 0 && verdict.errors.contains("standing in for mine"))

      let joined = try place.run("models", "join", "both", "mine", "sface", "--json")
      #expect(joined.status == 0, "\(joined.errors)")
      #expect(
        (try joined.json() as? [String: Any])?["members"] as? [String] == ["mine", "sface-2021dec"])
      let both = try #require(
        try place.run("embed", obama, "--model", "both", "--json").json() as? [[String: Any]])
      #expect(
        (((both[0]["faces"] as? [[String: Any]])?.first)?["embedding"] as? [Double])?.count == 192)
      let needed = try place.run("models", "remove", "mine")
      #expect(
        needed.status == 1 && needed.errorLines.count == 1
          && needed.errors.contains("part of the model 'both'"))

      // Another file under the name is another model to the gallery.
      var other = MadeEmbedding()
      other.seed = 9
      let next = try place.write(other.onnx(), "other.onnx")
      let taken = try place.run("models", "add", next, "--name", "mine")
      #expect(
        taken.status == 1 && taken.errorLines.count == 1 && taken.errors.contains("--replace"))
      #expect(
        try place.run("models", "add", next, "--name", "mine", "--replace", "--quiet").status == 0)
      let search = try place.run("search", obama, "--gallery", home)
      #expect(search.status == 1 && search.errorLines.count == 1, "\(search.errors)")

      #expect(try place.run("models", "remove", "both").status == 0)
      #expect(try place.run("models", "remove", "mine").status == 0)
      #expect(try place.run("models", "remove", "mine").status == 1)
      #expect(!(try place.run("models").output.contains("mine")))
    }
  }

  @Test func `an added detector finds faces in every command`() throws {
    try withPlace { place in
      let yunet = StandardFolders.models.appendingPathComponent("yunet-2023mar/model.onnx").path
      let added = try place.run(
        "models", "add", yunet, "--name", "own", "--licence", "MIT", "--json")
      #expect(added.status == 0, "\(added.errors)")
      #expect((try added.json() as? [String: Any])?["detectorForm"] as? String == "yunet")
      let scrfd = try place.write(MadeDetector(.scrfd, threshold: 0.9).onnx(), "scrfd.onnx")
      let second = try place.run("models", "add", scrfd, "--name", "two", "--kind", "detector")
      #expect(
        second.status == 0
          && second.output.contains("a detector of SCRFD's form; RGB, (p - 127.5) × 0.0078125"),
        "\(second.errors)\(second.output)")
      let detected = try #require(
        try place.run("detect", obama, "--detector", "own", "--json").json() as? [[String: Any]])
      #expect((detected[0]["faces"] as? [Any])?.count == 1)
      #expect(try place.run("detect", obama, "--detector", "two").status != 64)
      let home = place.folder.appendingPathComponent("gallery").path
      #expect(try place.run("add", obama, "--gallery", home, "--detector", "own").status == 0)
      let unknown = try place.run("detect", obama, "--detector", "none")
      #expect(unknown.status == 64 && unknown.errors.contains("there is no detector 'none'"))
      // It is not a model that embeds.
      #expect(try place.run("embed", obama, "--model", "own").status == 1)
    }
  }

  @Test(arguments: [
    (["x.onnx"], "--name"), (["x", "--name", "n", "--mean", "1,2"], "--mean must be"),
    (["x", "--name", "n", "--mean", "a"], "--mean must be"),
    (["x", "--name", "n", "--scale", "0"], "--scale must be above 0"),
    (["x", "--name", "n", "--size", "8"], "--size must be from 32 to 512"),
    (
      ["x", "--name", "n", "--normalized-inside", "--scale", "2"], "nothing for --mean and --scale"
    ),
    (
      ["x", "--name", "n", "--kind", "detector", "--alignment", "dlib"],
      "a detector has no alignment"
    ),
    (["x", "--name", "n", "--kind", "landmarks"], "kind"),
    (["x", "--name", "n", "--alignment", "none"], "alignment"),
  ]) func `wrong usage is said so`(_ arguments: [String], _ message: String) throws {
    let run = try ProgramRun(["models", "add"] + arguments)
    #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
  }

  @Test func `what cannot be done is one clear line`() throws {
    try withPlace { place in
      let words = try place.write(Data("words".utf8), "words.onnx")
      for (arguments, status, message) in [
        (
          ["models", "add", words, "--name", "n"], 1,
          "words.onnx cannot be added: it is not an ONNX model"
        ),
        (["models", "add", "\(words).none", "--name", "n"], 1, "there is no such file"),
        (["models", "add", words, "--name", "sface"], 64, "cannot be called 'sface'"),
        (["models", "remove", "sface"], 1, "'sface-2021dec' is a model of set-up"),
        (["models", "remove", "none"], 1, "there is no model 'none'"),
        (["models", "calibrate", "dlib", "--pairs", place.folder.path], 1, "is a model of set-up"),
        (["models", "join", "n", "sface", "none"], 1, "there is no model 'none'"),
        (["models", "join", "n", "sface", "sface"], 1, "named twice"),
      ] as [([String], Int32, String)] {
        let run = try ProgramRun(arguments, environment: place.environment)
        #expect(run.status == status && run.errorLines.count == 1, "\(arguments) \(run.errors)")
        #expect(run.errors.contains(message), "\(run.errors)")
      }
      let before = try FileManager.default.contentsOfDirectory(atPath: place.store.folder.path)
      #expect(!before.contains { $0.hasPrefix("n") || $0.hasPrefix(".") })
      #expect(try ProgramRun(["models", "join", "n", "sface"]).status == 64)
    }
  }

  @Test func `calibrating gives probabilities of its own, and an end to the warning`() throws {
    try withPlace { place in
      let file = try place.write(MadeEmbedding().onnx(), "made.onnx")
      #expect(try place.run("models", "add", file, "--name", "mine", "--quiet").errors.isEmpty)
      let people = place.folder.appendingPathComponent("people")
      for (number, person) in CartoonPerson.some(11).enumerated() {
        let own = people.appendingPathComponent("p\(number)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        for take in 1...4 {
          try CartoonFace(person, .neutral, take: take).image(side: 160).encoded(".png").write(
            to: own.appendingPathComponent("\(take).png"))
        }
      }
      let few = place.folder.appendingPathComponent("few/p0")
      try FileManager.default.createDirectory(at: few, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: people.appendingPathComponent("p0/1.png"), to: few.appendingPathComponent("1.png"))
      let refused = try place.run(
        "models", "calibrate", "mine", "--pairs", few.deletingLastPathComponent().path, "--quiet")
      #expect(refused.status == 2 && refused.errorLines.count == 1, "\(refused.errors)")
      let run = try place.run("models", "calibrate", "mine", "--pairs", people.path, "--quiet")
      try #require(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("pairs of people: ") && run.output.contains("of 11 people"))
      for line in ["where the chance is even", "TAR at FAR 1e-3", "accuracy", "impostors"] {
        #expect(run.output.contains(line), "\(run.output)")
      }
      let list = try #require(try place.run("models", "--json").json() as? [[String: Any]])
      let mine = try #require(list.first { $0["name"] as? String == "mine" })
      #expect(mine["calibrated"] as? Bool == true)
      let verification = try #require(mine["verification"] as? [String: Any])
      #expect((verification["measuredOn"] as? String)?.hasSuffix("pairs of people") == true)
      let verdict = try place.run(
        "verify", obama, obama, "--model", "mine", "--json", "--gallery",
        place.folder.appendingPathComponent("none").path)
      #expect(verdict.status == 0 && verdict.errors.isEmpty, "\(verdict.errors)")
      let told = try #require(try verdict.json() as? [String: Any])
      #expect(told["threshold"] as? Double == verification["threshold"] as? Double)
    }
  }
}
