import Foundation
import TestSupport
import Testing

@testable import Faces
@testable import MetricLearning

@Suite struct ExportTests {
  init() throws { try Torch.load() }

  private func pixels(_ count: Int, side: Int) -> [UInt8] {
    var random = SplitMix64(seed: 12)
    return (0..<count * side * side * 3).map { _ in .random(in: 0...255, using: &random) }
  }

  /// What OpenVINO makes of the model in a folder.
  private func answers(_ file: URL, _ pixels: [UInt8], side: Int) throws -> [Float] {
    let model = try InferenceRuntime(folder: StandardFolders.openVINO).compile(
      file, shape: nil, precision: .f32, streams: 1)
    let count = pixels.count / (side * side * 3)
    let request = try model.request(input: [count, side, side, 3], .uint8)
    request.withInput(as: UInt8.self) { _ = $0.update(fromContentsOf: pixels) }
    try request.run()
    return try request.withOutput(0) { shape, values in
      #expect(shape == [count, values.count / count])
      return Array(values)
    }
  }

  @Test func `a trained network answers in OpenVINO as it does here`() throws {
    let random = RandomSource(seed: 3)
    let network = EmbeddingNetwork(
      MobileNetV2(width: 0.35, random: random),
      head: AttributeHeads(
        1280, attributes: [("identity", 12), ("expression", 4)], random: random))
    let pixels = pixels(6, side: 64)
    let images = Tensor(pixels, shape: [6, 64, 64, 3])
    // A few steps, so that running means and weights are not those of the beginning.
    let optimizer = Adam(network.parameters, learningRate: 1e-3)
    var shuffle = SplitMix64(seed: 1)
    for _ in 0..<3 {
      let vectors = network(images)
      let triplets = BatchHardMiner().triplets(
        DistanceMatrix(vectors), labels: [0, 0, 1, 1, 2, 2], using: &shuffle)
      optimizer.clearGradients()
      TripletLoss()(vectors, triplets).backward()
      optimizer.step()
    }
    network.setTraining(false)
    let expected: [Float] = withoutGradients { network(images).values() }
    try TestFiles.withTemporaryFolder { folder in
      let models = ModelStore(folder: folder)
      try network.install(
        as: "mine", side: 64, metric: .cosine, source: "trained here", licence: "CC0-1.0",
        in: models)
      let (manifest, file) = try models.load(trained: "mine")
      #expect(manifest.kind == .embedding && manifest.output.dimensions == 16)
      #expect(manifest.input.width == 64 && manifest.input.isNormalizedInside)
      #expect(
        manifest.output.parts == [
          .init(name: "identity", start: 0, count: 12),
          .init(name: "expression", start: 12, count: 4),
        ])
      let found = try answers(file, pixels, side: 64)
      #expect(found.count == expected.count)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
      // Vectors that are all alike would agree too easily.
      let distances = DistanceMatrix(Tensor(found, shape: [6, 16]))
      #expect((1..<6).allSatisfy { distances[0, $0] > 1e-3 })

      // Another model of that name takes its place; a file that was changed is refused.
      optimizer.step()
      try network.install(
        as: "mine", side: 64, metric: .l2, source: "trained here", licence: "CC0-1.0", in: models)
      let (next, place) = try models.load(trained: "mine")
      #expect(next.output.metric == .l2 && place != file)
      let home = folder.appendingPathComponent("mine")
      #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).count == 2)
      var bytes = try Data(contentsOf: place)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: place)
      #expect(throws: ModelError.altered(path: place.path)) { try models.load(trained: "mine") }
      for name in ["", "a/b", "..", "dlib-face-recognition-resnet-v1"] {
        #expect(throws: ModelError.badName(name)) {
          try network.install(
            as: name, side: 64, metric: .l2, source: "", licence: "", in: models)
        }
      }
      #expect(throws: ModelError.notTrained("other", folder: folder.path)) {
        try models.load(trained: "other")
      }
    }
  }

  /// Medians of maps of an even and of an odd size, whose rows and columns differ in what is in the middle.
  @Test(arguments: [64, 96, 128]) func `so do the medians of its maps`(_ side: Int) throws {
    let network = MobileNetV2(width: 0.2, normalization: .unit, random: RandomSource(seed: 5))
    let pixels = pixels(3, side: side)
    let images = Tensor(pixels, shape: [3, side, side, 3])
    withoutGradients { _ = network(PixelNormalization.unit(images)) }
    network.setTraining(false)
    let medians = EmbeddingNetwork(network.withMedians)
    let expected: [Float] = withoutGradients { medians(images).values() }
    let means: [Float] = withoutGradients { EmbeddingNetwork(network)(images).values() }
    #expect(expected != means)
    try TestFiles.withTemporaryFolder { folder in
      let models = ModelStore(folder: folder)
      try medians.install(
        as: "medians", side: side, metric: .cosine, source: "here", licence: "CC0-1.0", in: models)
      let found = try answers(models.load(trained: "medians").file, pixels, side: side)
      #expect(found.count == 3 * 1280 && found.contains { $0 > 0.01 })
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test(arguments: [false, true]) func `so does dlib's with a head of its own`(
    _ isWhole: Bool
  ) throws {
    let random = RandomSource(seed: 2)
    let backbone = try isWhole ? DlibResNet(hasDense: false) : DlibResNet(depth: 21, side: 150)
    let network = EmbeddingNetwork(
      backbone,
      head: isWhole
        ? EmbeddingHead(256, dimensions: 8, isNormalized: false, random: random)
        : AttributeHeads(
          backbone.features, attributes: [("person", 8), ("expression", 4)], random: random))
    network.setTraining(false)
    let pixels = pixels(2, side: 150)
    let expected: [Float] = withoutGradients {
      network(Tensor(pixels, shape: [2, 150, 150, 3])).values()
    }
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.onnx")
      try network.onnx(name: "tuned", height: 150, width: 150).write(to: file)
      let found = try answers(file, pixels, side: 150)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func `all layers, dropout and poolings among them`() throws {
    let random = RandomSource(seed: 8)
    final class Small: Backbone, ExportableLayer {
      let layers: Sequential
      let features = 5
      let normalization = PixelNormalization(mean: [10, 20, 30], scale: 1 / 64)
      init(_ random: RandomSource) {
        layers = Sequential([
          Conv2d(3, 4, size: [3, 3], stride: [2, 1], padding: [1, 0], random: random),
          ActivationLayer(.relu),
          Pool2d(.average, size: [3, 3], stride: [2, 2], padding: [1, 1]),
          Pool2d(.max, size: [2, 2], stride: [1, 1]), ActivationLayer(.sigmoid),
          GlobalAveragePool(), Dropout(0.5, random: random),
          Linear(4, 5, bias: false, random: random),
        ])
      }
      var parts: [(name: String, module: any Module)] { [("layers", layers)] }
      func callAsFunction(_ input: Tensor) -> Tensor { layers(input) }
      func exported(_ input: String, to graph: inout NetworkGraph) throws(ExportError) -> String {
        try graph.add(layers, input)
      }
    }
    let network = EmbeddingNetwork(Small(random))
    network.setTraining(false)
    let pixels = pixels(2, side: 16)
    let expected: [Float] = network(Tensor(pixels, shape: [2, 16, 16, 3])).values()
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.onnx")
      try network.onnx(name: "small", height: 16, width: 16).write(to: file)
      let found = try answers(file, pixels, side: 16)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func `a layer without an ONNX form is an error`() {
    final class Odd: Head {
      let dimensions = 1280
      func callAsFunction(_ input: Tensor) -> Tensor { input.sin() }
    }
    let network = EmbeddingNetwork(
      MobileNetV2(width: 0.35, random: RandomSource(seed: 1)), head: Odd())
    #expect(throws: ExportError.unsupported(layer: "Odd")) {
      try network.onnx(name: "odd", height: 32, width: 32)
    }
  }
}
