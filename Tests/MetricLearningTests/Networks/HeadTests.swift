import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct HeadTests {
  /// As `numpy.median(numpy.median(x, axis=2), axis=2)` gives it.
  @Test func `the median of a map is numpy's`() throws {
    try Torch.load()
    let map = Tensor([5, 1, 9, 2, 8, 3, 7, 4, 6, 0, 11, 10] as [Float], shape: [1, 1, 4, 3])
    let median: [Float] = GlobalMedianPool()(map).values()
    // Columns: 5 2 7 0, 1 8 4 11, 9 3 6 10; their medians 3.5, 6, 7.5.
    #expect(median == [6])
  }

  init() throws { try Torch.load() }

  @Test func `attributes are parts of one vector, each of length 1`() throws {
    let heads = AttributeHeads(
      6, attributes: [("identity", 4), ("expression", 2)], random: RandomSource(seed: 1))
    let vectors = heads(Tensor(Numbers.cloud(18, seed: 1).map(Float.init), shape: [3, 6]))
    #expect(vectors.shape == [3, 6] && heads.dimensions == 6)
    #expect(heads.part("age", of: vectors) == nil)
    for (name, dimensions) in [("identity", 4), ("expression", 2)] {
      let part = try #require(heads.part(name, of: vectors))
      #expect(part.shape == [3, dimensions])
      let lengths: [Float] = part.squared().sum(1).values()
      #expect(lengths.allSatisfy { abs($0 - 1) < 1e-5 })
    }
    #expect(heads.parameters.map(\.name).first == "identity.linear.weight")
  }

  @Test func `the Siamese head is a sigmoid of differences`() throws {
    let head = SiameseHead(3, random: RandomSource(seed: 2))
    let (a, b): ([Float], [Float]) = ([1, 2, 3, 0, 0, 0], [2, 0, 3, 1, -1, 0.5])
    let found: [Float] = head(Tensor(a, shape: [2, 3]), Tensor(b, shape: [2, 3])).values()
    let (weight, bias): ([Float], [Float]) = (
      head.dense.weight.values(), try #require(head.dense.bias).values()
    )
    for row in 0..<2 {
      let sum = (0..<3).map { weight[$0] * abs(a[row * 3 + $0] - b[row * 3 + $0]) }.reduce(0, +)
      #expect(abs(found[row] - 1 / (1 + exp(-sum - bias[0]))) < 1e-6)
    }
    // Either order, one answer.
    #expect(head(Tensor(b, shape: [2, 3]), Tensor(a, shape: [2, 3])).values() == found)
  }

  /// Inputs hold four kinds of one attribute and three of another, mixed by a fixed matrix with noise.
  @Test func `each part learns its own attribute`() throws {
    let random = RandomSource(seed: 5)
    var shuffle = SplitMix64(seed: 5)
    let mixing = Tensor.zeros([7, 12])
    random.fillNormal(mixing, deviation: 1)
    func batch() -> (inputs: Tensor, identity: [Int], expression: [Int]) {
      let identity = (0..<48).map { $0 % 4 }
      let expression = (0..<48).map { $0 / 4 % 3 }
      let codes = Tensor(shape: [48, 7]) { (places: UnsafeMutableBufferPointer<Float>) in
        places.initialize(repeating: 0)
        for row in 0..<48 {
          places[row * 7 + identity[row]] = 1
          places[row * 7 + 4 + expression[row]] = 1
        }
      }
      let noise = Tensor.zeros([48, 12])
      random.fillNormal(noise, deviation: 0.3)
      return (codes.matmul(mixing) + noise, identity, expression)
    }
    let heads = AttributeHeads(
      12, attributes: [("identity", 4), ("expression", 4)], random: random)
    let optimizer = Adam(heads.parameters, learningRate: 0.02)
    let loss = TripletLoss(margin: .hard(0.5))

    /// How many rows have the nearest other row of a part in their own class.
    func precision(_ name: String, _ vectors: Tensor, _ labels: [Int]) throws -> Double {
      let distances = DistanceMatrix(try #require(heads.part(name, of: vectors)))
      let right = labels.indices.filter { row in
        let nearest = labels.indices.filter { $0 != row }
          .min { distances[row, $0] < distances[row, $1] }
        return nearest.map { labels[$0] == labels[row] } ?? false
      }
      return Double(right.count) / Double(labels.count)
    }

    for _ in 0..<120 {
      let (inputs, identity, expression) = batch()
      let vectors = heads(inputs)
      var total = Tensor.zeros([])
      for (name, labels) in [("identity", identity), ("expression", expression)] {
        let part = try #require(heads.part(name, of: vectors))
        let triplets = BatchHardMiner().triplets(
          DistanceMatrix(part), labels: labels, using: &shuffle)
        total = total + loss(part, triplets)
      }
      optimizer.clearGradients()
      total.backward()
      optimizer.step()
    }
    let (inputs, identity, expression) = batch()
    let vectors = heads(inputs)
    #expect(try precision("identity", vectors, identity) > 0.9)
    #expect(try precision("expression", vectors, expression) > 0.9)
    // What one part knows is not in the other: chance is 0.25 and 0.33.
    #expect(try precision("expression", vectors, identity) < 0.6)
    #expect(try precision("identity", vectors, expression) < 0.65)
  }
}
