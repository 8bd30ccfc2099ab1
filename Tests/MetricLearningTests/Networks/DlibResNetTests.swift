import Foundation
import Testing

@testable import Faces
@testable import MetricLearning

@Suite struct DlibResNetTests {
  init() throws { try Torch.load() }

  private func chips(_ count: Int) -> [FaceChip] {
    (0..<count).map { seed in
      FaceChip(
        side: 150,
        pixels: (0..<150 * 150 * 3).map { index in
          let (x, y, channel) = (index / 3 % 150, index / 450, index % 3)
          let wave = sin(Double(x * (seed + 2)) / 17) + cos(Double(y * (channel + 1)) / 23)
          return UInt8(127.5 + 60 * wave)
        })
    }
  }

  private func pixels(_ chips: [FaceChip]) -> Tensor {
    Tensor(chips.flatMap(\.pixels), shape: [chips.count, 150, 150, 3])
  }

  @Test func `a chip's numbers are those that OpenVINO computes`() throws {
    var options = FaceEngineOptions()
    options.precision = .f32
    options.model = "dlib"
    let embedder = try FaceEngine(options).makeEmbedder()
    let network = EmbeddingNetwork(try DlibResNet())
    network.setTraining(false)
    let chips = chips(3)
    let found: [Float] = withoutGradients { network(pixels(chips)).values() }
    #expect(found.count == 3 * 128 && network.dimensions == 128)
    for (index, chip) in chips.enumerated() {
      let expected = try embedder.embeddings(of: [[chip]])[0].values
      #expect(
        zip(found[index * 128..<(index + 1) * 128], expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  /// What the whole network sees on the way: the same numbers, normalised and in fields.
  @Test(arguments: [(21, 150, 8, 128), (7, 96, 21, 32), (15, 64, 7, 64)])
  func `its first layers see what is where`(
    _ depth: Int, _ side: Int, _ rows: Int, _ channels: Int
  ) throws {
    let backbone = try DlibResNet(depth: depth, side: side)
    let size = max(1, rows / 4)
    let fields = rows / size
    #expect(backbone.features == channels * fields * fields)
    backbone.freeze(first: depth)
    // The scales and shifts of the last norm.
    #expect(backbone.parameters.filter { $0.tensor.requiresGradient }.count == 2)
    backbone.setTraining(false)
    let images = Tensor.zeros([2, 3, side, side])
    RandomSource(seed: 2).fillNormal(images, deviation: 0.3)
    let found = withoutGradients { backbone(images) }
    #expect(found.shape == [2, backbone.features])
    let values: [Float] = found.values()
    #expect(values.allSatisfy(\.isFinite) && Set(values).count > 100)
  }

  @Test(arguments: [9, 21, 22, 27, 28, 29]) func `the smallest image is seen`(_ depth: Int) throws {
    let side = DlibResNet.smallestSide(depth: depth)
    let backbone = try DlibResNet(depth: depth, side: side)
    backbone.setTraining(false)
    #expect(backbone(Tensor.zeros([1, 3, side, side])).shape == [1, backbone.features])
  }

  @Test func `it can learn, but for the layers that are frozen`() throws {
    let random = RandomSource(seed: 1)
    let backbone = try DlibResNet(hasDense: false)
    #expect(backbone.features == 256)
    // dlib's 29 convolutions with a bias each.
    #expect(backbone.parameters.count == 58)
    backbone.freeze(first: 27)
    let network = EmbeddingNetwork(
      backbone, head: EmbeddingHead(256, dimensions: 16, random: random))
    let optimizer = SGD(network.parameters, learningRate: 0.05)
    let before = network.parameters.map { $0.tensor.values(as: Float.self) }
    let input = pixels(chips(2))
    var losses: [Double] = []
    for _ in 0..<3 {
      let vectors = network(input)
      let loss = (vectors.slice(0, 0..<1) * vectors.slice(0, 1..<2)).sum().squared()
      losses.append(loss.item)
      optimizer.clearGradients()
      loss.backward()
      optimizer.step()
    }
    #expect(losses[2] < losses[0])
    for (index, parameter) in network.parameters.enumerated() {
      let isSame = parameter.tensor.values() == before[index]
      #expect(isSame == (index < 54), "\(parameter.name)")
    }
  }
}
