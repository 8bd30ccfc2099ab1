import Foundation
import Testing

@testable import MetricLearning

/// The losses that look at a whole batch.
@Suite struct BatchLossTests {
  @Test(arguments: [0, 0.02]) func `N-pair`(regularization: Double) throws {
    let values = Numbers.cloud(32, seed: 2)
    let (anchors, positives) = ([0, 2, 4, 6], [1, 3, 5, 7])
    try expectLoss(values, shape: [8, 4]) {
      NPairLoss(regularization: regularization)($0, anchors: anchors, positives: positives)
    } equals: { values in
      let rows = Numbers.rows(values, 4)
      var (sum, lengths) = (0.0, 0.0)
      for i in 0..<4 {
        let own = Numbers.dot(rows[anchors[i]], rows[positives[i]])
        var inside = 1.0
        for j in 0..<4 where j != i {
          inside += exp(Numbers.dot(rows[anchors[i]], rows[positives[j]]) - own)
        }
        sum += log(inside)
        lengths += Numbers.dot(rows[anchors[i]], rows[anchors[i]])
        lengths += Numbers.dot(rows[positives[i]], rows[positives[i]])
      }
      return sum / 4 + regularization * lengths / 4
    }
  }

  @Test(arguments: [
    [0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0, 0, 0],
  ])
  func `multi-similarity`(labels: [Int]) throws {
    let values = Numbers.cloud(32, seed: 23)
    let loss = MultiSimilarityLoss(alpha: 2, beta: 10, lambda: 0.5, epsilon: 0.1)
    try expectLoss(values, shape: [8, 4]) {
      loss($0, labels: labels)
    } equals: { values in
      let rows = Numbers.rows(values, 4).map(Numbers.unit)
      var sum = 0.0
      for a in 0..<8 {
        let positives = (0..<8).filter { $0 != a && labels[$0] == labels[a] }
          .map { Numbers.dot(rows[a], rows[$0]) }
        let negatives = (0..<8).filter { labels[$0] != labels[a] }
          .map { Numbers.dot(rows[a], rows[$0]) }
        guard let least = positives.min(), let greatest = negatives.max() else { continue }
        let near = positives.filter { $0 < greatest + 0.1 }
        let far = negatives.filter { $0 > least - 0.1 }
        sum += log(1 + near.map { exp(-2 * ($0 - 0.5)) }.reduce(0, +)) / 2
        sum += log(1 + far.map { exp(10 * ($0 - 0.5)) }.reduce(0, +)) / 10
      }
      return sum / 8
    }
  }

  /// Cross-entropy over angles, class by class.
  private func arcFace(
    _ rows: [[Double]], _ classes: [[Double]], _ labels: [Int], margin: Double, scale: Double
  ) -> Double {
    var sum = 0.0
    for (row, label) in zip(rows, labels) {
      let logits = classes.enumerated().map { index, direction -> Double in
        let cosine = Numbers.dot(Numbers.unit(row), Numbers.unit(direction))
        guard index == label else { return scale * cosine }
        let angle = acos(cosine)
        return angle + margin < .pi
          ? scale * cos(angle + margin) : scale * (cosine - margin * sin(margin))
      }
      sum += log(logits.map(exp).reduce(0, +)) - logits[label]
    }
    return sum / Double(rows.count)
  }

  @Test func `ArcFace, for embeddings and for classes`() throws {
    try Torch.load()
    let random = RandomSource(seed: 1)
    let loss = ArcFaceLoss(classes: 3, dimensions: 4, margin: 0.5, scale: 8, random: random)
    let directions = Numbers.cloud(12, seed: 7)
    var values = Numbers.cloud(20, seed: 8)
    let labels = [0, 1, 2, 0, 1]
    // The last one looks away from its class: there the margin is another.
    for index in 0..<4 { values[16 + index] = -directions[4 + index] + 0.05 * Double(index) }
    try expectLoss(values, shape: [5, 4]) {
      loss.loss($0, Tensor(directions, shape: [3, 4]), labels)
    } equals: {
      arcFace(
        Numbers.rows($0, 4), Numbers.rows(directions, 4), labels, margin: 0.5, scale: 8)
    }
    try expectLoss(directions, shape: [3, 4]) {
      loss.loss(Tensor(values, shape: [5, 4]), $0, labels)
    } equals: {
      arcFace(Numbers.rows(values, 4), Numbers.rows($0, 4), labels, margin: 0.5, scale: 8)
    }
    let own: [Float] = loss.weight.values()
    let found = loss(Tensor(values.map(Float.init), shape: [5, 4]), labels: labels).item
    let expected = arcFace(
      Numbers.rows(values, 4), Numbers.rows(own.map(Double.init), 4), labels, margin: 0.5,
      scale: 8)
    #expect(abs(found - expected) < 1e-3)
  }
}
