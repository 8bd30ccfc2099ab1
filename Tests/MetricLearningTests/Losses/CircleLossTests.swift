import Foundation
import Testing

@testable import MetricLearning

/// That it learns: `TrainingObjectiveTests`, as for every loss.
@Suite struct CircleLossTests {
  private func plain(
    _ values: [Double], weighedAt constant: [Double], _ labels: [Int], margin: Double, scale: Double
  ) -> Double {
    let count = labels.count
    let rows = Numbers.rows(values, values.count / count).map(Numbers.unit)
    let weighed = Numbers.rows(constant, values.count / count).map(Numbers.unit)
    var sum = 0.0
    for a in 0..<count {
      var (positives, negatives) = (0.0, 0.0)
      for b in 0..<count where b != a {
        let similarity = Numbers.dot(rows[a], rows[b])
        let other = Numbers.dot(weighed[a], weighed[b])
        if labels[b] == labels[a] {
          positives += exp(-scale * max(0, 1 + margin - other) * (similarity - (1 - margin)))
        } else {
          negatives += exp(scale * max(0, other + margin) * (similarity - margin))
        }
      }
      sum += log(1 + positives * negatives)
    }
    return sum / Double(count)
  }

  @Test(
    arguments: [
      [0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0, 0, 0],
    ], [2.0, 32])
  func `as by single sums, with weights that are constants`(labels: [Int], scale: Double) throws {
    let values = Numbers.cloud(32, seed: 29)
    let loss = CircleLoss(margin: 0.3, scale: scale)
    try expectLoss(values, shape: [8, 4]) {
      loss($0, labels: labels)
    } equals: {
      plain($0, weighedAt: values, labels, margin: 0.3, scale: scale)
    }
  }

  /// Computed in Python from the paper's equations: rows at 0, 60, 90 and 180 degrees.
  @Test func `four points of a plane`() throws {
    try Torch.load()
    let angles = [0.0, 60, 90, 180].map { $0 * Double.pi / 180 }
    let values: [Double] = angles.flatMap { [cos($0), sin($0)] }
    let points = Tensor(values, shape: [4, 2])
    points.requiresGradient = true
    let loss = CircleLoss(margin: 0.25, scale: 2)(points, labels: [0, 0, 1, 1])
    #expect(Numbers.near(loss.item, 2.387193809407606, 1e-9))
    loss.backward()
    let gradient: [Double] = try #require(points.gradient).values()
    let expected = [
      0, -0.4580744903, -0.8138694647, 0.4698877547, 1.6679863302, 0, 0, -1.1862853113,
    ]
    for (found, other) in zip(gradient, expected) { #expect(abs(found - other) < 1e-8) }
  }

  @Test func `at the paper's scale floats stay finite`() throws {
    try Torch.load()
    let points = Tensor([1, 0, -1, 0.01, 1, 0.02, 0, 1] as [Float], shape: [4, 2])
    points.requiresGradient = true
    let loss = CircleLoss()(points, labels: [0, 0, 1, 2])
    loss.backward()
    let gradient: [Float] = try #require(points.gradient).values()
    #expect(loss.item > 100 && loss.item.isFinite && gradient.allSatisfy(\.isFinite))
    // Who has no positive or no negative has no loss.
    #expect(CircleLoss()(points, labels: [0, 1, 2, 3]).item == 0)
    #expect(CircleLoss()(points, labels: [0, 0, 0, 0]).item == 0)
  }
}
