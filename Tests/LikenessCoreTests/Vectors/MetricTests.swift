import TestSupport
import Testing

@testable import LikenessCore

@Suite struct MetricTests {
  /// The definitions, in double precision and one step at a time.
  private func plain(_ metric: Metric, _ a: [Float], _ b: [Float]) -> Double {
    let pairs = zip(a, b).map { (Double($0), Double($1)) }
    switch metric {
    case .l2: return pairs.map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    case .l1: return pairs.map { abs($0 - $1) }.reduce(0, +)
    case .cosine:
      let dot = pairs.map { $0 * $1 }.reduce(0, +)
      let left = pairs.map { $0.0 * $0.0 }.reduce(0, +)
      let right = pairs.map { $0.1 * $0.1 }.reduce(0, +)
      return left * right > 0 ? 1 - dot / (left * right).squareRoot() : 1
    }
  }

  @Test(arguments: Metric.allCases) func agreesWithTheDefinition(_ metric: Metric) {
    var random = SplitMix64(seed: 1)
    for count in 1...300 {
      let a = (0..<count).map { _ in Float.random(in: -2...2, using: &random) }
      let b = (0..<count).map { _ in Float.random(in: -2...2, using: &random) }
      let distance = Double(metric.distance(Embedding(a), Embedding(b)))
      let expected = plain(metric, a, b)
      #expect(abs(distance - expected) <= 1e-5 * max(1, expected), "\(count) dimensions")
    }
  }

  @Test func aVectorIsAtNoDistanceFromItself() {
    let vector = Embedding((0..<128).map { Float($0) / 100 })
    #expect(Metric.l2.distance(vector, vector) == 0)
    #expect(Metric.l1.distance(vector, vector) == 0)
    #expect(Metric.cosine.distance(vector, vector) < 1e-6)
  }

  @Test func nothingIsKnownAboutTheDirectionOfZero() {
    let zero = Embedding([0, 0, 0])
    #expect(Metric.cosine.distance(zero, Embedding([1, 2, 3])) == 1)
    #expect(zero.normalized() == zero)
  }

  @Test func nanAndInfinityAreNotLost() {
    let odd = Embedding(Array(repeating: 1, count: 20) + [.nan])
    let other = Embedding(Array(repeating: 1, count: 21))
    #expect(Metric.l2.distance(odd, other).isNaN)
    #expect(Metric.l1.distance(Embedding([.infinity, 0]), Embedding([0, 0])) == .infinity)
    #expect(!odd.isFinite)
    #expect(other.isFinite)
  }

  @Test func opposedDirectionsAreTwoApart() {
    #expect(abs(Metric.cosine.distance(Embedding([1, 1]), Embedding([-3, -3])) - 2) < 1e-6)
  }

  @Test func normalisedVectorsHaveLengthOneAndMeansLieBetween() {
    let a = Embedding([3, 4])
    #expect(abs(a.normalized().norm - 1) < 1e-6)
    #expect(a.norm == 5)
    #expect(Embedding.mean([a, Embedding([1, 0])]).values == [2, 2])
  }

  @Test func aMatrixKeepsItsRows() {
    var matrix = EmbeddingMatrix([Embedding([1, 2]), Embedding([3, 4])])
    matrix.append(Embedding([5, 12]))
    #expect(matrix.count == 3)
    #expect(matrix[1].values == [3, 4])
    #expect(matrix.normalized()[2].values == [5 / 13, 12 / 13])
  }
}
