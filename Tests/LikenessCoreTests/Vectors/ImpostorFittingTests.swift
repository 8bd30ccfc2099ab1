import Foundation
import LikenessCore
import TestSupport
import Testing

@Suite struct ImpostorFittingTests {
  /// Draws of a normal distribution (Box and Muller, 1958).
  private func normal(_ count: Int, mean: Float, deviation: Float) -> [Float] {
    var random = SplitMix64(seed: 5)
    return (0..<count).map { _ in
      let (a, b) = (
        Double.random(in: Double.leastNonzeroMagnitude...1, using: &random),
        Double.random(in: 0...1, using: &random)
      )
      return mean + deviation * Float((-2 * log(a)).squareRoot() * cos(2 * .pi * b))
    }
  }

  @Test func `a normal distribution is found again, tail and all`() throws {
    let fit = try #require(
      ImpostorDistribution(impostorSimilarities: normal(400_000, mean: 0.1, deviation: 0.05)))
    #expect(abs(fit.median - 0.1) < 0.001)
    // The quantile at 0.16 lies 0.9945 deviations below the middle.
    #expect(abs(fit.width - 0.9945 * 0.05) < 0.001)
    for (rate, z) in [(0.1, 1.2816), (0.01, 2.3263), (1e-3, 3.0902), (1e-4, 3.7190)] {
      let expected = 0.1 + 0.05 * Float(z)
      #expect(abs(fit.similarity(atFalseAcceptRate: rate) - expected) < 0.005, "\(rate)")
      #expect(abs(log10(fit.falseAcceptRate(at: expected)) - log10(rate)) < 0.1, "\(rate)")
    }
    // No further than twenty pairs bear it.
    let last = try #require(fit.tail.last)
    #expect(pow(10, Double(last.logarithm)) * 400_000 >= 19.9 && last.logarithm < -4)
    #expect(fit.faces == 0)
  }

  @Test func `too few, equal or endless similarities give none`() {
    #expect(ImpostorDistribution(impostorSimilarities: []) == nil)
    #expect(ImpostorDistribution(impostorSimilarities: normal(99, mean: 0, deviation: 1)) == nil)
    #expect(ImpostorDistribution(impostorSimilarities: normal(100, mean: 0, deviation: 1)) != nil)
    #expect(ImpostorDistribution(impostorSimilarities: [Float](repeating: 0.5, count: 1000)) == nil)
    #expect(
      ImpostorDistribution(impostorSimilarities: normal(1000, mean: 0, deviation: 1) + [.infinity])
        == nil)
  }

  @Test func `many equal similarities leave no upright line in the tail`() throws {
    let values = normal(2_000, mean: 0, deviation: 1) + [Float](repeating: 2, count: 500)
    let fit = try #require(ImpostorDistribution(impostorSimilarities: values))
    for (a, b) in zip(fit.tail, fit.tail.dropFirst()) {
      #expect(a.z < b.z && a.logarithm > b.logarithm)
    }
    #expect(fit.falseAcceptRate(at: 2).isFinite && fit.falseAcceptRate(at: 9).isFinite)
  }
}
