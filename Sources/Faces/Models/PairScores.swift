import Foundation
import LikenessCore

/// Distances of genuine and impostor pairs of faces.
package struct PairScores {
  package struct Pair {
    package var distance: Float
    package var isSame: Bool
    /// The fold of cross-validation that it belongs to.
    package var fold: Int

    package init(distance: Float, isSame: Bool, fold: Int) {
      (self.distance, self.isSame, self.fold) = (distance, isSame, fold)
    }
  }

  package var pairs: [Pair]

  package init(pairs: [Pair]) { self.pairs = pairs }

  /// The threshold of the highest accuracy, halfway between two distances.
  package static func bestThreshold(_ pairs: [Pair]) -> Float {
    let sorted = pairs.sorted { $0.distance < $1.distance }
    var right = sorted.count { !$0.isSame }
    var (best, bestRight) = (-1, right)
    for (index, pair) in sorted.enumerated() {
      right += pair.isSame ? 1 : -1
      if right > bestRight { (best, bestRight) = (index, right) }
    }
    // Scores of heads may lie below zero.
    guard best >= 0 else { return sorted.first?.distance.nextDown ?? 0 }
    guard best + 1 < sorted.count else { return sorted[best].distance }
    return (sorted[best].distance + sorted[best + 1].distance) / 2
  }

  package static func accuracy(_ pairs: [Pair], threshold: Float) -> Double {
    Double(pairs.count { ($0.distance <= threshold) == $0.isSame }) / Double(max(1, pairs.count))
  }

  /// The mean accuracy over the folds, each with the threshold chosen on all others; the standard
  /// error of that mean; and the mean threshold.
  package func crossValidated() -> (accuracy: Double, standardError: Double, threshold: Float) {
    let folds = Set(pairs.map(\.fold)).sorted()
    var (accuracies, thresholds): ([Double], [Float]) = ([], [])
    for fold in folds {
      let threshold = Self.bestThreshold(pairs.filter { $0.fold != fold })
      thresholds.append(threshold)
      accuracies.append(Self.accuracy(pairs.filter { $0.fold == fold }, threshold: threshold))
    }
    let count = Double(accuracies.count)
    let mean = accuracies.reduce(0, +) / count
    let variance = accuracies.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / max(1, count - 1)
    return (mean, (variance / count).squareRoot(), thresholds.reduce(0, +) / Float(count))
  }

  /// The part of the genuine pairs that are accepted at a false accept rate of at most `rate`.
  package func trueAcceptRate(atFalseAcceptRate rate: Double) -> Double {
    let impostors = pairs.filter { !$0.isSame }.map(\.distance).sorted()
    let genuine = pairs.filter(\.isSame)
    let allowed = Int(Double(impostors.count) * rate)
    guard allowed < impostors.count, !genuine.isEmpty else { return 1 }
    return Double(genuine.count { $0.distance < impostors[allowed] }) / Double(genuine.count)
  }

  /// Logistic regression of "same person" on the distance, by Newton's method on the likelihood:
  /// `p = 1 / (1 + exp(coefficient · (distance − midpoint)))`.
  package func logisticFit() -> (coefficient: Float, midpoint: Float) {
    // In units of the spread, so that the step is well scaled whatever the metric.
    let distances = pairs.map { Double($0.distance) }
    let mean = distances.reduce(0, +) / Double(max(1, distances.count))
    let spread = max(
      1e-9,
      (distances.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(1, distances.count)))
        .squareRoot())
    var (weight, bias) = (-1.0, 0.0)
    // A small ridge penalty keeps the coefficient finite where a threshold separates the two kinds of pairs.
    let ridge = 1e-3 * Double(pairs.count) / 1000
    for _ in 0..<50 {
      var (gw, gb, hww, hwb, hbb) = (-ridge * weight, 0.0, ridge, 0.0, 1e-9)
      for (pair, distance) in zip(pairs, distances) {
        let x = (distance - mean) / spread
        let p = 1 / (1 + exp(-(weight * x + bias)))
        let error = (pair.isSame ? 1 : 0) - p
        let curvature = p * (1 - p)
        gw += error * x
        gb += error
        hww += curvature * x * x
        hwb += curvature * x
        hbb += curvature
      }
      let determinant = hww * hbb - hwb * hwb
      guard determinant > 0 else { break }
      let stepW = (hbb * gw - hwb * gb) / determinant
      let stepB = (hww * gb - hwb * gw) / determinant
      weight += stepW
      bias += stepB
      if abs(stepW) + abs(stepB) < 1e-10 { break }
    }
    return (Float(-weight / spread), Float(mean - bias / weight * spread))
  }
}
