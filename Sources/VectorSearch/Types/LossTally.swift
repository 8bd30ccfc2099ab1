import Foundation

/// How many probes missed how many of their k nearest.
struct LossTally {
  /// For each number of misses from 0 to k how many probes had as many.
  private var probes: [Int]

  init(count: Int) { probes = [Int](repeating: 0, count: count + 1) }

  var total: Int { probes.reduce(0, +) }
  private var count: Int { probes.count - 1 }

  mutating func add(misses: Int) { probes[misses] += 1 }

  static func += (tally: inout LossTally, other: LossTally) {
    for misses in tally.probes.indices { tally.probes[misses] += other.probes[misses] }
  }

  /// The mean part of the nearest that was missed; 0 without probes.
  var mean: Double {
    let missed = probes.indices.reduce(0) { $0 + $1 * probes[$1] }
    return total == 0 ? 0 : Double(missed) / Double(count * total)
  }

  /// What the mean of all probes there could be is at most, one-sided; 1 without probes.
  ///
  /// A probe misses nothing or some neighbours side by side, so the probe is what is drawn, not the neighbour. The bound is
  /// Gaffke's ("Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable",
  /// Mathematical Methods of Statistics 14, 2005): the quantile of the mean under weights that are uniform on the simplex,
  /// one probe that missed all added. For k = 1 it is that of Clopper and Pearson; unlike a t bound it holds for a few
  /// large losses among many zeros, also where none was seen.
  func upperBound(confidence: Double) -> Double {
    var weights = probes.indices.filter { probes[$0] > 0 || $0 == count }.map {
      (loss: Double($0) / Double(count), probes: Double(probes[$0]))
    }
    weights[weights.count - 1].probes += 1
    let all = weights.reduce(0) { $0 + $1.probes }
    var low = weights.reduce(0) { $0 + $1.loss * $1.probes } / all
    var high = 1.0
    // The mean of a single value.
    guard weights.count > 1 else { return high }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if Self.probability(ofMeanAbove: middle, weights) > 1 - confidence {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  /// The probability that the mean lies above a value, under weights that are uniform on the simplex.
  ///
  /// Such weights are exponential variates divided by their sum: the mean is above t where Σ (lossᵢ − t) Gᵢ > 0, with Gᵢ of
  /// the gamma distribution whose shape is the number of probes. Of that sum the saddlepoint approximation of Lugannani and Rice
  /// ("Saddle point approximation for the distribution of the sum of independent random variables", Advances in Applied
  /// Probability 12, 1980): within 0.5 % of the exact bound from 20 probes on.
  private static func probability(
    ofMeanAbove value: Double, _ weights: [(loss: Double, probes: Double)]
  ) -> Double {
    let terms = weights.map { (size: $0.loss - value, shape: $0.probes) }
    func sum(_ term: (Double, Double) -> Double) -> Double {
      terms.reduce(0) { $0 + term($1.size, $1.shape) }
    }
    // Where the derivative of the cumulant function −Σ shape · log(1 − s · size), which rises, is 0.
    guard let least = terms.map(\.size).min(), let most = terms.map(\.size).max(), least < 0,
      most > 0
    else { return value < 1 ? 1 : 0 }
    var (low, high) = (1 / least, 1 / most)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if sum({ $1 * $0 / (1 - middle * $0) }) > 0 { high = middle } else { low = middle }
    }
    let point = (low + high) / 2
    let cumulant = -sum { $1 * log1p(-point * $0) }
    let spread = sum { $1 * $0 * $0 / ((1 - point * $0) * (1 - point * $0)) }.squareRoot()
    let root = (max(0, -2 * cumulant)).squareRoot()
    // At the mean itself the approximation is 0 / 0.
    guard root > 1e-6 else { return 0.5 }
    let signed = point < 0 ? -root : root
    let normal = 0.5 * erfc(signed / 2.0.squareRoot())
    let density = exp(-root * root / 2) / (2 * Double.pi).squareRoot()
    return normal + density * (1 / (point * spread) - 1 / signed)
  }
}
