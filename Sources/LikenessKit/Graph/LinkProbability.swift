import Foundation

/// How sure it is that two linked faces of a gallery are one person.
///
/// By Bayes' rule, the odds are `prior · ratio(d) · usual(d) / own(d)`:
/// - `ratio(d)`: how much more often pairs of one person than of strangers are this near, from the
///   verification's logistic: `exp(slope · (middle − d))`, its odds at even chances beforehand.
/// - `usual(d) / own(d)`: the verification was fitted among usual strangers. Where those of this
///   gallery are nearer to each other, as in a family, the same distance says less. Each is the part of
///   pairs of strangers within d.
/// - `prior`: the mates of a face over its strangers, `m / (n − 1 − m)`. For m stand the links of a face
///   less the false ones that the threshold lets pass: fewer than there are, since not all mates are
///   linked. Thirty faces that have one mate each stand in while the gallery is small, and the prior
///   is never better than even.
///
/// Both the logistic's slope, which is less than that of pairs so near, and the links for the mates make it
/// err to the low side.
struct LinkProbability {
  private let verification: Verification
  private let strangers: ImpostorDistribution
  private let logPrior: Double

  /// - Parameter links: how many there are within the gallery's threshold.
  init(_ thresholds: GalleryThresholds, links: Int, verification: Verification) {
    self.verification = verification
    strangers = thresholds.strangers
    let count = Double(thresholds.faces)
    let found = max(0, 2 * Double(links) - count * thresholds.link.falseMatches)
    let mates = (found + 30) / (count + 30)
    logPrior = log(min(1, mates / max(mates, count - 1 - mates)))
  }

  /// From `Verification.doubt` to what that leaves to 1.
  /// - Parameter distance: cosine.
  func callAsFunction(_ distance: Float) -> Float {
    let ratio = Double(verification.slope * (verification.middle - distance))
    let usual = ImpostorDistribution.standard.falseAcceptRate(at: 1 - distance)
    let own = strangers.falseAcceptRate(at: 1 - distance)
    // Both parts are a little above 0: the tail goes on as an exponential.
    let odds = ratio + logPrior + log(max(usual, 1e-300) / max(own, 1e-300))
    let probability = Float(1 / (1 + exp(-odds)))
    return min(1 - Verification.doubt, max(Verification.doubt, probability))
  }
}
