import LikenessCore
import Testing

@testable import MetricLearning

@Suite struct TrainingObjectiveTests {
  @Test func `a person is taken out by their faces with other values`() throws {
    try Torch.load()
    // Two photos of Ann happy, one sad, one angry; one of Bob, of whom nothing else is known.
    let rows = Tensor([1, 10, 3, 20, 5, 40, 7, 60, 9, 80] as [Float], shape: [5, 2])
    let found: [Float] = TrainingObjective.withoutPerson(
      rows, people: [0, 0, 0, 0, 1], values: [0, 0, 1, 2, 0]
    ).values()
    let expected: [Float] = [
      1 - 6, 10 - 50, 3 - 6, 20 - 50, 5 - 11.0 / 3, 40 - 30, 7 - 3, 60 - 70.0 / 3, 9, 80,
    ]
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// Points that are moved by the losses alone, without a network: four people with three expressions.
  @Test(arguments: TrainingConfiguration.Loss.allCases)
  func `every loss sorts points by both attributes`(_ loss: TrainingConfiguration.Loss) throws {
    try Torch.load()
    var configuration = TrainingConfiguration()
    configuration.attributes = ["person", "expression"]
    configuration.loss = loss
    let classes = [(0..<24).map { $0 / 6 }, (0..<24).map { $0 % 3 }]
    let ranges = [0..<6, 6..<12]
    let random = RandomSource(seed: 4)
    let points = Tensor.zeros([24, 12])
    random.fillNormal(points, deviation: 1)
    points.requiresGradient = true
    let objective = TrainingObjective(
      configuration, ranges: ranges, classCounts: [4, 3], random: random)
    let optimizer = Adam(
      [(name: "points", tensor: points)] + objective.parameters, learningRate: 0.03)
    func embeddings() -> Tensor {
      guard !loss.definition.keepsLengths else { return points }
      return Tensor.concatenated(ranges.map { points.slice(1, $0).l2Normalized() }, 1)
    }
    var losses: [Double] = []
    var chance = SeededRandom(seed: 1)
    for _ in 0..<150 {
      optimizer.clearGradients()
      let result = objective(
        embeddings(), SampledBatch(items: Array(0..<24)), classes: classes, random: &chance)
      losses.append(result.loss.item)
      #expect(result.spread > 0 && result.spread < 1.2)
      #expect(
        (result.activeFraction != nil)
          == ["triplet", "soft-triplet", "contrastive"].contains(loss.rawValue))
      result.loss.backward()
      optimizer.step()
    }
    #expect(losses[149] < 0.8 * losses[0], "\(losses[0]) to \(losses[149])")
    let vectors = AttributeVectors(
      vectors: EmbeddingMatrix(
        dimensions: 12, values: withoutGradients { embeddings().values(as: Float.self) }),
      classes: classes, ranges: ranges)
    let everyone = Array(0..<24)
    // N-pair takes the first two photos of a class only.
    if loss != .init(NPairLoss.self) {
      for attribute in 0..<2 {
        let recall = vectors.recallAt1(attribute, queries: everyone, gallery: everyone)
        #expect(try #require(recall) > 0.9)
      }
    }
  }
}
