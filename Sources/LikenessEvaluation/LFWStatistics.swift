import Faces
import LikenessKit

/// The figures of LFW over resampled people.
struct LFWStatistics {
  private let listed: VerificationScores
  /// The pairs with both people and whether they were decided rightly.
  private let decided: [(first: Int, second: Int, isRight: Bool)]
  private let probes: [LFWEvaluation.Probe]
  private let people: PeopleNumbers
  private let all: VerificationScores
  private static let rates = [1e-3, 1e-4, 1e-5]

  struct Spreads {
    var accuracy: Resampled?
    var tarAtFar1e3: Resampled?
    var rank1: Resampled?
    var levels: [Resampled?]
  }

  init(
    pairs: [PairList.Pair], scores: PairScores, probes: [LFWEvaluation.Probe],
    people: PeopleNumbers, all: FacePairs
  ) {
    let numbered = pairs.map { (people[$0.first.person], people[$0.second.person]) }
    decided = zip(numbered, scores.decidedRightly()).map { ($0.0, $0.1, $1) }
    var impostors: [VerificationScores.Impostor] = []
    var genuine = [[Float]](repeating: [], count: people.count)
    for (pair, both) in zip(scores.pairs, numbered) {
      if pair.isSame {
        genuine[both.0].append(pair.distance)
      } else {
        impostors.append(
          .init(distance: pair.distance, first: Int32(both.0), second: Int32(both.1)))
      }
    }
    listed = VerificationScores(impostors: impostors, genuine: genuine)
    (self.probes, self.people) = (probes, people)
    self.all = VerificationScores(all, upToFalseAcceptRate: Self.rates[0])
  }

  func spreads(threads: Int) -> Spreads {
    let (listed, decided, probes, all, numbers) = (listed, decided, probes, all, people.numbers)
    let found = PeopleBootstrap(people: people.count, threads: threads).resampled { weights in
      var (right, total) = (0.0, 0.0)
      for pair in decided {
        // A person's own pairs count as often as they were drawn, not as often squared.
        let weight =
          pair.first == pair.second
          ? Double(weights[pair.first])
          : Double(weights[pair.first]) * Double(weights[pair.second])
        total += weight
        if pair.isRight { right += weight }
      }
      var (known, asked) = (0.0, 0.0)
      for probe in probes {
        let weight = Double(weights[Int(numbers[probe.photo])])
        asked += weight
        if probe.isRight { known += weight }
      }
      return [
        total > 0 ? right / total : nil,
        listed.trueAcceptRate(atFalseAcceptRate: 1e-3, weights), asked > 0 ? known / asked : nil,
      ] + Self.rates.map { all.trueAcceptRate(atFalseAcceptRate: $0, weights) }
    }
    return Spreads(
      accuracy: found[0], tarAtFar1e3: found[1], rank1: found[2], levels: Array(found[3...]))
  }

  /// A figure with its interval; people are what is independent.
  func estimate(_ value: Double, _ spread: Resampled?) -> Estimate {
    Estimate(value, spread, independentTrials: people.count)
  }

  func report(_ spreads: [Resampled?]) -> LFWReport.AllPairs {
    let falsePairs = all.impostorCount
    let levels = zip(Self.rates, spreads).map { rate, spread -> LFWReport.AllPairs.Level? in
      guard rate * Double(falsePairs) >= 1, let threshold = all.threshold(atFalseAcceptRate: rate),
        let value = all.trueAcceptRate(upTo: threshold)
      else { return nil }
      let estimate = estimate(value, spread)
      return .init(
        value: value, low: estimate.low, high: estimate.high, threshold: threshold)
    }
    return LFWReport.AllPairs(
      people: people.count, truePairs: all.genuineCount, falsePairs: falsePairs,
      tarAtFar1e3: levels[0], tarAtFar1e4: levels[1], tarAtFar1e5: levels[2])
  }
}

extension PairScores {
  /// Whether each pair is decided rightly by the threshold of the other folds.
  fileprivate func decidedRightly() -> [Bool] {
    let folds = Set(pairs.map(\.fold))
    let thresholds = Dictionary(
      uniqueKeysWithValues: folds.map { fold in
        (fold, Self.bestThreshold(pairs.filter { $0.fold != fold }))
      })
    return pairs.map { ($0.distance <= thresholds[$0.fold, default: 0]) == $0.isSame }
  }
}
