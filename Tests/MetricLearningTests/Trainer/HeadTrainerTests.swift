import Faces
import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct HeadTrainerTests {
  init() throws { try Torch.load() }

  /// Pairs of which only the first two of twelve coordinates say who it is.
  private func planted(_ count: Int, seed: UInt64) -> EmbeddingPairs {
    var random = SplitMix64(seed: seed)
    func number(_ width: Float) -> Float { Float.random(in: -width...width, using: &random) }
    var pairs = EmbeddingPairs(dimensions: 12)
    for row in 0..<count {
      let a = (0..<12).map { _ in number(1) }
      var b = (0..<12).map { _ in number(1) }
      if row % 2 == 0 { for place in 0..<2 { b[place] = a[place] + number(0.05) } }
      pairs.append(Embedding(a), Embedding(b), isSame: row % 2 == 0)
    }
    return pairs
  }

  private func accuracy(_ pairs: EmbeddingPairs, _ distance: (Embedding, Embedding) -> Float)
    -> Double
  {
    let scored = pairs.areSame.indices.map { row in
      PairScores.Pair(
        distance: distance(pairs.first[row], pairs.second[row]), isSame: pairs.areSame[row], fold: 0
      )
    }
    return PairScores.accuracy(scored, threshold: PairScores.bestThreshold(scored))
  }

  @Test func `a planted metric is learnt, without libtorch the answers are the same`() throws {
    var configuration = HeadConfiguration()
    configuration.pull = 0
    configuration.learningRate = 0.03
    let result = try HeadTrainer(
      configuration, training: planted(800, seed: 1), heldOut: planted(400, seed: 2)
    ).run()
    #expect(result.bestEpoch > 0)
    let (plain, best) = (result.metrics[0], result.metrics[result.bestEpoch])
    #expect(best.heldOutLoss < plain.heldOutLoss - 0.1)
    let tested = planted(400, seed: 3)
    let description = HeadDescription(
      embedding: "m", embeddingFile: nil, features: configuration.features, threshold: 0.5,
      measuredOn: "made-up pairs")
    let head = try #require(
      VerificationHead(
        name: "h", description, dimensions: 12, layers: result.head.denseLayers))
    let learnt = accuracy(tested) { -head.logit($0, $1) }
    #expect(learnt > accuracy(tested) { Metric.cosine.distance($0, $1) } + 0.1, "\(learnt)")

    let (a, b) = tested.tensors
    let probabilities: [Float] = result.head(a, b).values()
    for row in 0..<tested.count {
      let (first, second) = (tested.first[row], tested.second[row])
      #expect(abs(1 / (1 + exp(-head.logit(first, second))) - probabilities[row]) < 1e-5)
      #expect(abs(head.logit(first, second) - head.logit(second, first)) < 1e-5)
    }
  }

  /// Two vectors are one where an odd number of three coordinates differs: no weights of single coordinates can say so.
  @Test func `a hidden layer learns what a logistic cannot`() throws {
    func pairs(_ count: Int, seed: UInt64) -> EmbeddingPairs {
      var random = SeededRandom(seed: seed)
      var pairs = EmbeddingPairs(dimensions: 8)
      for _ in 0..<count {
        let base = (0..<8).map { _ in Float.random(in: 0.8...1.2, using: &random) }
        var other = base
        let changed = (0..<3).filter { _ in Bool.random(using: &random) }
        for place in changed { other[place] += 1 }
        pairs.append(Embedding(base), Embedding(other), isSame: changed.count % 2 == 1)
      }
      return pairs
    }
    var configuration = HeadConfiguration()
    (configuration.features, configuration.learningRate) = ([.difference], 0.01)
    (configuration.epochs, configuration.pull) = (60, 0)
    func accuracy(_ hidden: [Int]) throws -> Double {
      configuration.hidden = hidden
      let result = try HeadTrainer(
        configuration, training: pairs(1500, seed: 1), heldOut: pairs(200, seed: 2)
      ).run()
      let tested = pairs(300, seed: 3)
      let head = try #require(
        VerificationHead(
          name: "h",
          HeadDescription(
            embedding: "m", embeddingFile: nil, features: configuration.features, threshold: 0.5,
            measuredOn: "made-up pairs"),
          dimensions: 8, layers: result.head.denseLayers))
      let (a, b) = tested.tensors
      let logits: [Float] = result.head.logits(a, b).values()
      let right = (0..<tested.count).count { row in
        let logit = head.logit(tested.first[row], tested.second[row])
        #expect(abs(logit - logits[row]) < 1e-3 * max(1, abs(logit)))
        return (logit > 0) == tested.areSame[row]
      }
      return Double(right) / Double(tested.count)
    }
    #expect(try accuracy([]) < 0.8)
    #expect(try accuracy([16]) > 0.93)
    #expect(try accuracy([16, 8]) > 0.93)
  }

  @Test(arguments: [[PairFeature.difference], [.square], [.cosine], [.l2], PairFeature.allCases])
  func `it begins as a logistic function of a plain distance`(_ features: [PairFeature]) throws {
    var configuration = HeadConfiguration()
    configuration.features = features
    configuration.epochs = 0
    let pairs = planted(300, seed: 4)
    let result = try HeadTrainer(configuration, training: pairs, heldOut: pairs).run()
    let (a, b) = pairs.tensors
    let logits: [Float] = result.head.logits(a, b).values()
    let distances = pairs.areSame.indices.map { row -> Float in
      let (first, second) = (pairs.first[row], pairs.second[row])
      switch features {
      case [.difference]: return Metric.l1.distance(first.normalized(), second.normalized())
      case [.l2]: return Metric.l2.distance(first, second)
      default: return Metric.cosine.distance(first, second)
      }
    }
    let fit = PairScores(
      pairs: zip(distances, pairs.areSame).map { .init(distance: $0, isSame: $1, fold: 0) }
    ).logisticFit()
    for (logit, distance) in zip(logits, distances) {
      #expect(abs(logit - fit.coefficient * (fit.midpoint - distance)) < 1e-3)
    }
  }

  @Test func `where nothing can be learnt it stays the plain distance`() throws {
    var random = SplitMix64(seed: 5)
    var (training, heldOut) = (EmbeddingPairs(dimensions: 6), EmbeddingPairs(dimensions: 6))
    for row in 0..<200 {
      func vector() -> Embedding {
        Embedding((0..<6).map { _ in Float.random(in: -1...1, using: &random) })
      }
      let (a, b) = (vector(), vector())
      // What was held out says the opposite.
      training.append(a, b, isSame: row % 2 == 0)
      heldOut.append(a, b, isSame: row % 2 == 1)
    }
    let result = try HeadTrainer(HeadConfiguration(), training: training, heldOut: heldOut).run()
    #expect(result.bestEpoch == 0 && result.metrics.count == 31)
  }

  @Test func `pairs are split by lot, both kinds into both parts`() {
    let (training, heldOut) = planted(100, seed: 6).split(share: 0.2, seed: 1)
    #expect(training.count == 80 && heldOut.count == 20)
    #expect(heldOut.areSame.count { $0 } == 10)
    #expect(planted(100, seed: 6).split(share: 0.2, seed: 1).1.first == heldOut.first)
    #expect(planted(100, seed: 6).split(share: 0.2, seed: 2).1.first != heldOut.first)
  }
}
