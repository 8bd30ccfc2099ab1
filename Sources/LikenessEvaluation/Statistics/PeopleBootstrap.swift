import LikenessCore
import Synchronization
import VectorSearch

/// Confidence intervals by resampling people (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993).
///
/// Photos of one person are alike, and a photo is in many pairs, so neither photos nor pairs are independent: people are.
/// Each resample draws as many people as there are, with replacement, and every photo counts as often as its person was
/// drawn; a pair of two people as often as the product of both (Snijders and Borgatti, "Non-parametric standard errors and
/// tests for network statistics", 1999). Where few pairs decide, such intervals are rather too wide than too narrow.
struct PeopleBootstrap: Sendable {
  /// How often each person was drawn, `(people,)`.
  typealias Weights = [Int32]

  /// Of how many resamples the intervals are.
  static let resamples = 1000
  /// A description of the intervals, for display.
  static let method =
    "95 % by the bootstrap over people, \(resamples) resamples, or Wilson's interval where that is wider"

  private let people: Int
  private let strata: [[Int]]
  private let seed: UInt64
  private let threads: Int

  /// - Parameters:
  ///   - people: how many there are.
  ///   - strata: people who are drawn among themselves, such as those enrolled; all together unless said.
  init(people: Int, strata: [[Int]]? = nil, seed: UInt64 = 0, threads: Int) {
    self.people = people
    self.strata = strata ?? [Array(0..<people)]
    (self.seed, self.threads) = (seed, threads)
  }

  /// Deterministic for the same number.
  func weights(_ resample: Int) -> Weights {
    var random = SeededRandom(seed: seed, path: UInt64(resample))
    var weights = Weights(repeating: 0, count: people)
    for stratum in strata {
      for _ in stratum { weights[stratum[Int.random(in: stratum.indices, using: &random)]] += 1 }
    }
    return weights
  }

  /// How several statistics spread over the resamples.
  /// - Parameter statistics: nil where one is not defined for these weights; always of the same number.
  /// - Returns: nil for a statistic that is not defined in half of the resamples.
  func resampled(_ statistics: @Sendable (Weights) -> [Double?]) -> [Resampled?] {
    let results = Mutex([[Double?]](repeating: [], count: Self.resamples))
    inParallel(Self.resamples, threads: threads) { resample in
      let values = statistics(weights(resample))
      results.withLock { $0[resample] = values }
    }
    let rows = results.withLock { $0 }
    return rows[0].indices.map { column in
      let values = rows.compactMap { $0[column] }.sorted()
      guard values.count > Self.resamples / 2 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Resampled(
        percentiles: ConfidenceInterval(
          low: values.quantile(0.025), high: values.quantile(0.975)),
        variance: squares / Double(values.count - 1))
    }
  }
}

extension [Double] {
  /// Between the two nearest of sorted numbers (Hyndman and Fan 1996, type 7).
  fileprivate func quantile(_ part: Double) -> Double {
    let place = part * Double(count - 1)
    let below = Int(place)
    guard below + 1 < count else { return self[count - 1] }
    return self[below] + (place - Double(below)) * (self[below + 1] - self[below])
  }
}
