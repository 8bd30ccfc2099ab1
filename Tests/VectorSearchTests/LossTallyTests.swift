import TestSupport
import Testing

@testable import VectorSearch

@Suite struct LossTallyTests {
  private func tally(_ probes: [Int]) -> LossTally {
    var tally = LossTally(count: probes.count - 1)
    for (misses, count) in probes.enumerated() {
      for _ in 0..<count { tally.add(misses: misses) }
    }
    return tally
  }

  /// The quantiles of the beta distribution with misses + 1 and probes − misses degrees, as SciPy gives them.
  @Test(arguments: [
    (20, 0, 0.139108), (20, 2, 0.282619), (100, 0, 0.0295130), (100, 1, 0.0465598),
    (100, 5, 0.1022534), (1000, 0, 0.00299125), (1000, 20, 0.0289301), (2048, 5, 0.00512641),
  ])
  func ofOneNeighborTheBoundIsClopperAndPearsons(_ probes: Int, _ misses: Int, _ bound: Double) {
    let found = tally([probes - misses, misses]).upperBound(confidence: 0.95)
    #expect(abs(found / bound - 1) < 0.005, "\(found)")
  }

  /// The quantile of 20,000 drawn weights.
  @Test func ofTenNeighborsTheBoundIsThatOfDrawnWeights() {
    let tally = tally([1900, 100, 30, 10, 0, 5, 0, 0, 0, 0, 3])
    #expect(abs(tally.mean - 0.0119629) < 1e-6 && tally.total == 2048)
    #expect(abs(tally.upperBound(confidence: 0.95) - 0.01484) < 1e-4)
  }

  @Test func nothingIsKnownWithoutProbes() {
    #expect(LossTally(count: 10).upperBound(confidence: 0.95) == 1)
    #expect(LossTally(count: 10).mean == 0)
    var all = LossTally(count: 10)
    all.add(misses: 10)
    #expect(all.upperBound(confidence: 0.95) == 1)
  }

  @Test func moreProbesAndFewerMissesMeanALowerBound() {
    var last = 1.0
    for probes in [1, 10, 100, 1000, 5000] {
      let bound = tally([probes, 0, 0]).upperBound(confidence: 0.95)
      #expect(bound < last)
      last = bound
    }
    for misses in 0..<20 {
      let bounds = [misses, misses + 1].map {
        tally([1000 - $0, 0, $0]).upperBound(confidence: 0.95)
      }
      #expect(bounds[0] < bounds[1])
      let mean = tally([1000 - misses, 0, misses]).mean
      #expect(bounds[0] > mean && bounds[0] < mean + 0.02)
    }
  }

  /// Few probes lose all, most nothing: where a t bound holds too seldom.
  @Test func theBoundHoldsAsOftenAsItSays() {
    var random = SplitMix64(seed: 91)
    let mean = 0.02 * 0.1 + 0.01
    var holds = 0
    for _ in 0..<500 {
      var tally = LossTally(count: 10)
      for _ in 0..<200 {
        let chance = Double.random(in: 0..<1, using: &random)
        tally.add(misses: chance < 0.01 ? 10 : chance < 0.03 ? 1 : 0)
      }
      if tally.upperBound(confidence: 0.95) >= mean { holds += 1 }
    }
    #expect(holds >= 465, "\(holds) of 500")
  }
}
