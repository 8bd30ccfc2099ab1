import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct EstimateTests {
  /// The first two of Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I.
  @Test(arguments: [
    (81.0 / 263, 263.0, 0.2553, 0.3662), (15.0 / 148, 148.0, 0.0624, 0.1605),
    (0.0, 20.0, 0.0, 0.1611), (1.0 / 29, 29.0, 0.0061, 0.1718), (1.0, 20.0, 0.8389, 1.0),
  ])
  func wilsonIsAsPublished(_ part: Double, _ trials: Double, _ low: Double, _ high: Double) {
    let interval = ConfidenceInterval.wilson(part, trials: trials)
    #expect(abs(interval.low - low) < 5e-5 && abs(interval.high - high) < 5e-5, "\(interval)")
  }

  @Test func withoutTrialsNothingIsKnown() {
    #expect(ConfidenceInterval.wilson(0, trials: 0) == ConfidenceInterval(low: 0, high: 1))
  }

  /// All resamples of data without an error are without one.
  @Test func whereAllWentOneWayResamplesSayNothing() {
    let none = Resampled(percentiles: .init(low: 0, high: 0), variance: 0)
    let estimate = Estimate(0, none, independentTrials: 20)
    #expect(estimate.low == 0 && abs(estimate.high - 0.1611) < 1e-4)
    let undefined = Estimate(0.5, nil, independentTrials: 20)
    #expect(undefined.interval == .wilson(0.5, trials: 20))
  }

  @Test func theWiderEndCounts() {
    // As 29 trials of which one failed: Wilson's interval reaches further up.
    let variance = 1.0 / 29 * (28.0 / 29) / 29
    let few = Estimate(
      1.0 / 29, Resampled(percentiles: .init(low: 0, high: 0.1), variance: variance),
      independentTrials: 5)
    #expect(few.low == 0 && abs(few.high - 0.1718) < 1e-4)
    let skewed = Estimate(
      0.5, Resampled(percentiles: .init(low: 0.1, high: 0.6), variance: 1e-4),
      independentTrials: 5)
    #expect(skewed.low == 0.1 && skewed.high == 0.6)
  }
}

@Suite struct PeopleBootstrapTests {
  @Test func peopleAreDrawnFromTheirStrata() {
    let bootstrap = PeopleBootstrap(people: 10, strata: [[0, 1, 2], [5, 6, 7, 8, 9]], threads: 1)
    var seen = Set<[Int32]>()
    for resample in 0..<50 {
      let weights = bootstrap.weights(resample)
      #expect(weights[..<3].reduce(0, +) == 3 && weights[5...].reduce(0, +) == 5)
      #expect(weights[3] == 0 && weights[4] == 0)
      #expect(weights == bootstrap.weights(resample))
      seen.insert(weights)
    }
    #expect(seen.count > 25)
  }

  @Test func threadsChangeNothing() {
    let intervals = [1, 4].map { threads in
      PeopleBootstrap(people: 40, threads: threads).resampled { weights in
        [Double(weights[0]) + Double(weights[1]) / 2, nil]
      }
    }
    #expect(intervals[0] == intervals[1])
    #expect(intervals[0][0] != nil && intervals[0][1] == nil)
  }

  /// Of 500 people about two err: percentiles alone would end too early.
  @Test func rareErrorsAreWithinTheIntervalsToo() {
    var random = SplitMix64(seed: 6)
    let (truth, people, trials) = (0.004, 500, 100)
    var covered = 0
    for trial in 0..<trials {
      let errors = (0..<people).map { _ in Double.random(in: 0..<1, using: &random) < truth }
      let rows = errors.indices.filter { errors[$0] }
      let spread = PeopleBootstrap(people: people, seed: UInt64(trial), threads: 2).resampled {
        weights in [Double(rows.reduce(0) { $0 + Int(weights[$1]) }) / Double(people)]
      }[0]
      let estimate = Estimate(
        Double(rows.count) / Double(people), spread, independentTrials: people)
      if estimate.low <= truth, truth <= estimate.high { covered += 1 }
    }
    #expect(covered >= 92, "\(covered) of \(trials)")
  }

  /// People of five photos each, which go one way together: the photos are not independent, and an interval that takes
  /// them to be misses the truth far too often.
  @Test func theTruthIsWithinNineteenOfTwentyTimes() {
    var random = SplitMix64(seed: 5)
    let (truth, people, photos, trials) = (0.3, 60, 5, 120)
    var (covered, coveredByPhotos) = (0, 0)
    for trial in 0..<trials {
      let right = (0..<people).map { _ in Double.random(in: 0..<1, using: &random) < truth }
      let spread = PeopleBootstrap(people: people, seed: UInt64(trial), threads: 2).resampled {
        weights in
        let known = zip(right, weights).reduce(0) { $0 + ($1.0 ? Int($1.1) : 0) }
        return [Double(known) / Double(people)]
      }[0]
      let part = Double(right.count { $0 }) / Double(people)
      let estimate = Estimate(part, spread, independentTrials: people)
      if estimate.low <= truth, truth <= estimate.high { covered += 1 }
      let wilson = ConfidenceInterval.wilson(part, trials: Double(people * photos))
      if wilson.low <= truth, truth <= wilson.high { coveredByPhotos += 1 }
    }
    #expect((108...120).contains(covered), "\(covered) of \(trials)")
    #expect(coveredByPhotos < 90, "\(coveredByPhotos) of \(trials)")
  }
}
