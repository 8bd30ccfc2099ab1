import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct ModelAdditionTests {
  /// A store with set-up's models, and a place for a file.
  private func withStore(_ work: (ModelStore, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("mine.onnx")
      try work(try ModelFolder.make(in: folder).store, file)
    }
  }

  /// Adds a file, or tells why not.
  private func refusal(
    _ data: Data, _ store: ModelStore, _ file: URL,
    _ change: (inout ModelAddition) -> Void = { _ in }
  ) throws -> String {
    try data.write(to: file)
    var addition = ModelAddition(name: "mine")
    change(&addition)
    let error = #expect(throws: ModelError.self) { try store.add(file, addition) }
    // Nothing is left of the attempt.
    #expect(
      !FileManager.default.fileExists(atPath: store.folder.appendingPathComponent("mine").path))
    return error?.description ?? ""
  }

  private func expectRefusal(
    _ data: Data, _ store: ModelStore, _ file: URL, saying reason: String,
    _ change: (inout ModelAddition) -> Void = { _ in }
  ) throws {
    let text = try refusal(data, store, file, change)
    #expect(text.contains(reason), "\(text)")
  }

  private func add(
    _ made: MadeEmbedding, _ store: ModelStore, _ file: URL,
    _ change: (inout ModelAddition) -> Void = { _ in }
  ) throws -> ModelManifest {
    try made.onnx().write(to: file)
    var addition = ModelAddition(name: "mine")
    change(&addition)
    return try store.add(file, addition)
  }

  @Test func `what the file says need not be said`() throws {
    try withStore { store, file in
      let manifest = try add(MadeEmbedding(), store, file)
      #expect(manifest.kind == .embedding && manifest.output.dimensions == 64)
      #expect(manifest.output.metric == .cosine && manifest.output.place == nil)
      let input = manifest.input
      #expect((input.width, input.height) == (112, 112) && input.layout == .nchw)
      #expect(input.colorOrder == "RGB" && input.mean == [127.5, 127.5, 127.5])
      #expect(input.scale == 1 / 127.5 && input.alignment == .arcFace && input.isSingle == nil)
      #expect(manifest.source == "mine.onnx" && manifest.licence == "not stated")
      #expect(manifest.verification == nil && !store.isCalibrated("mine"))
      #expect(try store.manifests().last == manifest)
      #expect(try store.embeddingFile(of: "mine") == manifest.files[0].sha256)
      #expect(try Data(contentsOf: file) == Data(contentsOf: store.load(trained: "mine").file))
    }
  }

  @Test func `bytes and channels last are laid out so`() throws {
    for (layout, expected) in [
      (MadeEmbedding.Layout.nhwc, ModelManifest.Layout.nhwc), (.bytes, .nhwcUInt8),
    ] {
      try withStore { store, file in
        var made = MadeEmbedding()
        made.layout = layout
        let manifest = try add(made, store, file)
        #expect(manifest.input.layout == expected)
        #expect(manifest.input.isNormalizedInside == (expected == .nhwcUInt8))
      }
    }
  }

  @Test func `a size that is left open is the preset's, or what is said`() throws {
    try withStore { store, file in
      var made = MadeEmbedding()
      made.isOpen = true
      #expect(try add(made, store, file).input.width == 112)
      made.side = 160
      let manifest = try add(made, store, file) {
        $0.replaces = true
        $0.preset = .facenet
        $0.metric = .l2
      }
      #expect(manifest.input.width == 160 && manifest.input.scale == 1 / 128)
      #expect(manifest.input.alignment == .dlib && manifest.output.metric == .l2)
      let own = try add(made, store, file) {
        $0.replaces = true
        $0.size = 161
        $0.colorOrder = "BGR"
        $0.mean = [1, 2, 3]
        $0.scale = 0.5
        $0.licence = "MIT"
        $0.source = "me"
      }
      #expect(
        own.input.width == 161 && own.input.colorOrder == "BGR" && own.input.mean == [1, 2, 3])
      #expect(own.input.scale == 0.5 && own.licence == "MIT" && own.source == "me")
    }
  }

  @Test func `a network for one picture at a time is fed so, and gives the same`() throws {
    try withStore { store, file in
      var made = MadeEmbedding()
      let several = try add(made, store, file)
      made.isSingle = true
      let single = try add(made, store, file) { $0.replaces = true }
      #expect(several.input.isSingle == nil && single.input.isSingle == true)
      let runtime = try Networks.runtime()
      let chips = (0..<11).map { DrawnFace(number: $0).chip(side: 112) }
      func embeddings(_ made: MadeEmbedding, _ manifest: ModelManifest) throws -> [Embedding] {
        try made.onnx().write(to: file)
        let model = try runtime.compile(
          file, shape: EmbeddingMember.shape(of: manifest.input), precision: .f32, streams: 1)
        return try EmbeddingMember(model: model, manifest).embeddings(of: chips)
      }
      let one = try embeddings(made, single)
      made.isSingle = false
      let many = try embeddings(made, several)
      #expect(one.count == 11 && many.count == 11)
      for (a, b) in zip(one, many) { #expect(Metric.l2.distance(a, b) < 1e-4) }
    }
  }

  @Test func `colours, mean and scale reach the network as they were said`() throws {
    try withStore { store, file in
      var made = MadeEmbedding()
      let runtime = try Networks.runtime()
      let chip = DrawnFace(number: 1).chip(side: 112)
      func embedding(_ layout: MadeEmbedding.Layout, _ change: (inout ModelAddition) -> Void) throws
        -> Embedding
      {
        made.layout = layout
        let manifest = try add(made, store, file) {
          $0.replaces = true
          change(&$0)
        }
        let model = try runtime.compile(
          store.load(trained: "mine").file, shape: EmbeddingMember.shape(of: manifest.input),
          precision: .f32, streams: 1)
        return try EmbeddingMember(model: model, manifest).embeddings(of: [chip])[0]
      }
      let raw = try embedding(.nchw) { $0.preset = .raw }
      for layout in [MadeEmbedding.Layout.nhwc, .bytes] {
        #expect(Metric.l2.distance(try embedding(layout) { $0.preset = .raw }, raw) < 1e-2)
      }
      // The network is linear: what is added to each pixel comes out as what it gives for a plain picture.
      let scaled = try embedding(.nchw) {
        $0.preset = .raw
        $0.scale = 0.5
      }
      #expect(Metric.l2.distance(Embedding(scaled.values.map { 2 * $0 }), raw) < 1e-2)
      let backwards = try [MadeEmbedding.Layout.nchw, .nhwc, .bytes].map { layout in
        try embedding(layout) {
          $0.preset = .raw
          $0.colorOrder = "BGR"
        }
      }
      #expect(Metric.l2.distance(backwards[0], raw) > 1)
      #expect(Metric.l2.distance(backwards[1], backwards[0]) < 1e-2)
      #expect(Metric.l2.distance(backwards[2], backwards[0]) < 1e-2)
    }
  }

  @Test func `the embedding is found among several outputs, or asked for`() throws {
    try withStore { store, file in
      var made = MadeEmbedding()
      made.hasNorm = true
      let manifest = try add(made, store, file)
      #expect(manifest.output.place == 1 && manifest.output.dimensions == 64)
      made.hasNorm = false
      made.hasTwin = true
      try store.remove("mine")
      try expectRefusal(made.onnx(), store, file, saying: "embedding or twin")
      try expectRefusal(made.onnx(), store, file, saying: "no output called none") {
        $0.output = "none"
      }
      let twin = try add(made, store, file) { $0.output = "twin" }
      #expect(twin.output.place == 1)
    }
  }

  @Test(arguments: [
    (MadeEmbedding.Fault.notANumber, "not finite"), (.zero, "zero throughout"),
    (.constant, "the same for different faces"), (.integers, "no tensor of 32-bit floats"),
    (.twoInputs, "2 inputs instead of one"), (.halfInput, "export it with 32-bit floats"),
    (.notSquare, "112 × 96"), (.vector, "no batch of pictures"),
    (.grey, "no three channels"), (.manyNumbers, "embedding with 5000"),
    (.oneNumber, "embedding with 1"), (.unknownOperation, "the runtime cannot run it"),
    (.random, "differs from one run to the next"),
  ]) func `what cannot embed is refused with its reason`(
    _ fault: MadeEmbedding.Fault, _ reason: String
  ) throws {
    try withStore { store, file in
      var made = MadeEmbedding()
      made.fault = fault
      let text = try refusal(made.onnx(), store, file)
      #expect(text.contains(reason), "\(text)")
      #expect(text.hasPrefix("\(file.path) cannot be added: ") && !text.contains("\n"))
    }
  }

  @Test func `what is not a model is refused`() throws {
    try withStore { store, file in
      let whole = MadeEmbedding().onnx()
      for data in [
        Data(), Data("no model at all\n".utf8), whole.prefix(whole.count / 2), Data([0x08, 0x08]),
      ] {
        try expectRefusal(data, store, file, saying: "not an ONNX model, or a part of one")
      }
      // Cut after whole fields, so that it can still be read.
      try expectRefusal(Data(whole.prefix(2)), store, file, saying: "not an ONNX model")
      let other = file.deletingLastPathComponent()
      #expect(throws: ModelError.refused(path: other.path, reason: "it is a folder")) {
        try store.add(other, ModelAddition(name: "mine"))
      }
      let nothing = other.appendingPathComponent("nothing.onnx")
      #expect(throws: ModelError.refused(path: nothing.path, reason: "there is no such file")) {
        try store.add(nothing, ModelAddition(name: "mine"))
      }
    }
  }

  @Test func `weights in other files are refused, whatever lies there`() throws {
    try withStore { store, file in
      // Messages of protobuf that follow each other are one: a second graph adds a tensor to the first.
      var extra = ProtobufWriter()
      extra.message(7) { graph in
        graph.message(5) { tensor in
          tensor.integer(2, 1)
          tensor.string(8, "w")
          tensor.message(13) { entry in
            entry.string(1, "location")
            entry.string(2, "../weights.bin")
          }
          tensor.integer(14, 1)
        }
      }
      let text = try refusal(MadeEmbedding().onnx() + extra.data, store, file)
      #expect(text.contains("../weights.bin") && text.contains("write all into one"))
    }
  }

  @Test func `options that do not fit the file are refused`() throws {
    try withStore { store, file in
      let data = MadeEmbedding().onnx()
      try expectRefusal(data, store, file, saying: "112 × 112, not 160 × 160") { $0.size = 160 }
      try expectRefusal(data, store, file, saying: "laid out as nchw, not nhwc") {
        $0.layout = .nhwc
      }
      try expectRefusal(data, store, file, saying: "it has 1 outputs") { $0.kind = .detector }
      var bytes = MadeEmbedding()
      bytes.layout = .bytes
      try expectRefusal(bytes.onnx(), store, file, saying: "neither mean nor scale") {
        $0.scale = 2
      }
    }
  }

  @Test func `names are free, plain and not set-up's`() throws {
    try withStore { store, file in
      try MadeEmbedding().onnx().write(to: file)
      for name in [
        "", "a/b", "..", ".x", "sface", "dlib", "joined", "yunet", "mmod", "sface-2021dec",
      ] {
        #expect(throws: ModelError.badName(name)) { try store.add(file, ModelAddition(name: name)) }
      }
      try store.add(file, ModelAddition(name: "mine"))
      #expect(throws: ModelError.exists("mine")) {
        try store.add(file, ModelAddition(name: "mine"))
      }
      // What is replaced is another by its file, and keeps nothing that was measured with the first.
      let first = try store.embeddingFile(of: "mine")
      try store.calibrate(
        "mine",
        as: Verification(
          metric: .cosine, threshold: 0.5, coefficient: 9, midpoint: 0.5, measuredOn: "x"),
        file: first)
      #expect(store.isCalibrated("mine"))
      var other = MadeEmbedding()
      other.seed = 2
      try other.onnx().write(to: file)
      var again = ModelAddition(name: "mine")
      again.replaces = true
      try store.add(file, again)
      #expect(try store.embeddingFile(of: "mine") != first && !store.isCalibrated("mine"))
      let home = store.folder.appendingPathComponent("mine")
      #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).count == 2)
      #expect(throws: ModelError.replaced("mine")) {
        try store.calibrate("mine", as: store.verification(of: nil), file: first)
      }
      // A failing replacement leaves what is there.
      try Data("no".utf8).write(to: file)
      #expect(throws: ModelError.self) { try store.add(file, again) }
      #expect(store.hasEmbedding("mine"))
    }
  }

  @Test func `an added SFace is the default's equal, in every part of a face`() throws {
    try withStore { store, file in
      let own = try store.load(.sface)
      var addition = ModelAddition(name: "my-sface")
      addition.preset = .raw
      let manifest = try store.add(own.file, addition)
      #expect(manifest.output.dimensions == 128)
      let added = try Networks.engine {
        $0.models = store
        $0.model = "my-sface"
      }
      let standard = try Networks.shared()
      #expect(added.embeddingFile == manifest.files[0].sha256)
      let photo = try Goldens.photo("obama.png")
      let faces = try [added, standard].map { try $0.makeAnalyzer().analyze(photo).faces }
      #expect(faces[0].count == 1 && faces[0].map(\.box) == faces[1].map(\.box))
      #expect(Metric.cosine.distance(faces[0][0].embedding, faces[1][0].embedding) < 1e-5)
    }
  }

  @Test func `an altered file of a user's model is refused`() throws {
    try withStore { store, file in
      let manifest = try add(MadeEmbedding(), store, file)
      let kept = store.folder.appendingPathComponent("mine/\(manifest.files[0].name)")
      var data = try Data(contentsOf: kept)
      data[data.count / 2] ^= 1
      try data.write(to: kept)
      #expect(throws: ModelError.altered(path: kept.path)) { try store.manifests() }
    }
  }
}
