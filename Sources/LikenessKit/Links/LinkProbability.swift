import Foundation
import LikenessCore

/// How sure it is that two linked faces of a gallery are one person.
///
/// By Bayes' rule, the odds are `prior · ratio(d) · usual(d) / own(d)`:
/// - `ratio(d)`: how much more often genuine pairs than impostor pairs are this near, from the
///   verification's logistic: `exp(coefficient · (midpoint − d))`, its odds at even chances beforehand.
/// - `usual(d) / own(d)`: the verification was fitted to the model's impostors. Where those of this
///   gallery are nearer to each other, as in a family, the same distance says less. Each is the part of
///   impostor pairs within d.
/// - `prior`: the genuine matches of a face over its impostors, `m / (n − 1 − m)`. For m stand the links of a face
///   less the false ones that the threshold lets pass: fewer than there are, since not all mates are
///   linked. Thirty faces that have one mate each stand in while the gallery is small, and the prior
///   is never better than even.
///
/// Both the logistic's coefficient, which is less than that of pairs so near, and the links for the mates make it
/// err to the low side. So where the gallery has links enough, they are counted: of the C links about
/// as near, E are expected to be false by the distribution of its impostors, which leaves `(C − E) / C`
/// (the local false discovery rate, Efron 2004). The probability by Bayes' rule weighs as much as twenty
/// links. Nearer is never less sure.
struct LinkProbability {
  private let verification: Verification
  private let impostors: ImpostorDistribution
  private let logPrior: Double

  /// By the bins of `LinkCounts`, up to the gallery's threshold.
  private var counted: [Float] = []
  private let width: Float

  init(_ thresholds: GalleryThresholds, _ counts: LinkCounts, verification: Verification) {
    self.verification = verification
    impostors = thresholds.impostors
    width = counts.width
    let (count, asked) = (Double(thresholds.faces), Double(counts.asked))
    let bins = counts.bins(upTo: thresholds.link.distance)
    let links =
      counts.links.prefix(bins) + [Double](repeating: 0, count: max(0, bins - counts.links.count))
    let found = max(0, 2 * links.reduce(0, +) - asked * thresholds.link.falseMatches)
    let mates = (found + 30) / (asked + 30)
    logPrior = log(min(1, mates / max(mates, count - 1 - mates)))
    let pairs = asked * max(0, count - 1) / 2
    var least: Float = 1
    for bin in 0..<bins {
      let (low, high) = (max(0, bin - 2), min(bins - 1, bin + 2))
      let near = links[low...high].reduce(0, +)
      let end = min(Float(high + 1) * width, thresholds.link.distance)
      let strange =
        impostors.falseAcceptRate(at: 1 - end)
        - impostors.falseAcceptRate(at: 1 - Float(low) * width)
      let byRule = self.byRule((Float(bin) + 0.5) * width)
      let right = max(0, near - pairs * max(0, strange))
      least = min(least, Float((right + 20 * Double(byRule)) / (near + 20)))
      counted.append(least)
    }
  }

  /// No surer than `Verification.doubt` allows.
  /// - Parameter distance: cosine.
  func callAsFunction(_ distance: Float) -> Float {
    let probability = counted[max(0, min(counted.count - 1, Int(distance / width)))]
    return verification.bounded(probability)
  }

  private func byRule(_ distance: Float) -> Float {
    let ratio = Double(verification.coefficient * (verification.midpoint - distance))
    let usual = verification.usualImpostors.falseAcceptRate(at: 1 - distance)
    let own = impostors.falseAcceptRate(at: 1 - distance)
    // Both parts are a little above 0: the tail goes on as an exponential.
    let odds = ratio + logPrior + log(max(usual, 1e-300) / max(own, 1e-300))
    return Float(1 / (1 + exp(-odds)))
  }
}
