import TestSupport
import Testing

@testable import LikenessCore

/// What floats do at the ends of their range.
@Suite struct NumericRangeTests {
  @Test(arguments: [1e-12, 1e-6, 1e6, 1e12] as [Float])
  func angleDoesNotDependOnLength(_ scale: Float) {
    let a = Embedding([3, 4].map { $0 * scale })
    let b = Embedding([4, -3].map { $0 * scale })
    #expect(abs(Metric.cosine.distance(a, b) - 1) < 1e-5)
    #expect(abs(Metric.cosine.distance(a, a)) < 1e-5)
  }

  @Test(arguments: [1e-36, 1e-25, 1, 1e25, 1e34] as [Float])
  func distancesDoNotLeaveTheRangeOfAFloat(_ scale: Float) {
    let a = Embedding([3, 4, 0])
    let scaled = Embedding(a.values.map { $0 * scale })
    let other = Embedding([4, -3, 0].map { $0 * scale })
    #expect(abs(scaled.norm / (5 * scale) - 1) < 1e-6)
    for (value, unit) in zip(scaled.normalized().values, [0.6, 0.8, 0] as [Float]) {
      #expect(abs(value - unit) < 1e-6)
    }
    #expect(Metric.cosine.distance(a, scaled) < 1e-6)
    #expect(abs(Metric.cosine.distance(a, other) - 1) < 1e-6)
    let far = Metric.l2.distance(scaled, other)
    #expect(abs(far / (50 as Float).squareRoot() / scale - 1) < 1e-6)
    #expect(Metric.l2.distance(scaled, scaled) == 0)
  }

  @Test(arguments: [0, 5, 127]) func whatIsNoNumberIsAtNoDistance(_ place: Int) {
    let good = Embedding([Float](repeating: 0.1, count: 128))
    var odd = good
    odd.values[place] = .nan
    for metric in Metric.allCases { #expect(metric.distance(good, odd).isNaN, "\(metric)") }
    odd.values[place] = .infinity
    #expect(Metric.l2.distance(good, odd) == .infinity)
    #expect(Metric.l1.distance(good, odd) == .infinity)
    #expect(Metric.cosine.distance(good, odd).isNaN)
  }

  @Test func cosineStaysInItsRange() {
    var random = SplitMix64(seed: 13)
    for _ in 0..<200 {
      let a = Embedding((0..<128).map { _ in Float.random(in: -1...1, using: &random) })
      let same = Metric.cosine.distance(a, a)
      let opposed = Metric.cosine.distance(a, Embedding(a.values.map { -$0 }))
      #expect(same >= 0 && same < 1e-6)
      #expect(opposed <= 2 && opposed > 2 - 1e-6)
    }
  }

  @Test func emptyVectorsHaveDistanceZero() {
    #expect(Metric.l2.distance(Embedding([]), Embedding([])) == 0)
    #expect(Metric.l1.distance(Embedding([]), Embedding([])) == 0)
    // Without a direction there is no angle.
    #expect(Metric.cosine.distance(Embedding([]), Embedding([])) == 1)
    #expect(Embedding([]).norm == 0)
  }

  @Test func anEmptyMatrixHasNoRows() {
    let matrix = EmbeddingMatrix(dimensions: 128)
    #expect(matrix.count == 0 && matrix.normalized() == matrix)
  }
}
