import Foundation
import GalleryCore
import LikenessCore

/// The thresholds of a gallery, for links and for identification.
///
/// A threshold for two faces lets a stated part of all impostor pairs pass. Among n faces each has
/// n − 1 pairs, so the part has to shrink as the gallery grows, or false links swamp the true ones.
public struct GalleryThresholds: Sendable, Equatable {
  /// A threshold, and what it lets pass.
  public struct Level: Sendable, Codable, Equatable {
    /// The greatest cosine distance that counts as a match.
    public var distance: Float
    /// The part of this gallery's impostor pairs within the distance: the false accept rate.
    public var falseAcceptRate: Double
    /// The expected number of impostors within the distance of a face.
    public var falseMatches: Double
  }

  /// How many faces the gallery has, n.
  public var faces: Int
  /// How similar impostors are in this gallery.
  public var impostors: ImpostorDistribution
  /// Two faces of the gallery are linked, unless a rule of the user's links them.
  public var link: Level
  /// For identification: a probe whose nearest face is farther away is unknown.
  public var unknown: Level
  private let verification: Verification

  /// The expected number of false links of a face by default: one in a hundred faces.
  public static let standardFalseLinks = 0.01
  /// By how much the impostors' width may exceed the prior where nothing was measured, as a fraction: with it, the part of
  /// unknown probes that match is on average as stated in galleries of 5 to 50 faces, too.
  private static let unknownWidth: Float = 0.3
  /// The stated FPIR of the threshold for unknown people.
  public static let falseAnswers = 0.01

  /// The thresholds of a gallery, from its size and its impostors.
  /// - Parameters:
  ///   - faces: how many faces the gallery has.
  ///   - impostors: how similar impostors are in it.
  ///   - falseLinks: the expected number of false links of a face.
  ///   - verification: beyond whose threshold two faces are more likely two people than one, however
  ///     few the faces are; its metric is the cosine distance.
  public init(
    faces: Int, impostors: ImpostorDistribution, falseLinks: Double = standardFalseLinks,
    verification: Verification
  ) {
    precondition(verification.metric == .cosine, "impostors are measured by cosine")
    self.faces = faces
    self.impostors = impostors
    self.verification = verification
    func level(
      _ matches: Double, among others: Int, of impostors: ImpostorDistribution
    ) -> Level {
      let similarity = impostors.similarity(atFalseAcceptRate: matches / Double(max(1, others)))
      return Level(
        distance: min(verification.threshold, max(0, 1 - similarity)), among: others,
        of: impostors)
    }
    link = level(falseLinks, among: faces - 1, of: impostors)
    // Galleries differ in how similar their impostors are, and a small one does not show yet which kind it is.
    var cautious = impostors
    cautious.width *= 1 + Self.unknownWidth * 30 / Float(faces + 30)
    unknown = level(Self.falseAnswers, among: faces, of: cautious)
  }

  /// The probability that a face of the gallery at this distance from a probe is of the same person, given how many faces
  /// were compared and how similar impostors are: one half at the threshold for unknown people.
  public func probability(at distance: Float) -> Float {
    verification.probability(at: distance, evenAt: unknown.distance)
  }

  /// The FPIR at the threshold for unknown people, in words.
  public var unknownInWords: String {
    let percent = String(format: "%.2g", 100 * unknown.falseMatches)
    return "\(percent) % of unknown people are taken for somebody"
      + (faces < 2 ? "" : " among \(faces) faces")
  }

  /// The same where faces are linked up to a cosine distance, however many false links that makes.
  func linking(upTo distance: Float) -> GalleryThresholds {
    var thresholds = self
    thresholds.link = Level(distance: distance, among: faces - 1, of: impostors)
    return thresholds
  }

  /// The distance at which `times` as many impostor pairs are linked.
  func linkDistance(withStrangers times: Double, verification: Verification) -> Float {
    let rate = min(0.5, link.falseAcceptRate * times)
    return min(
      verification.threshold, max(link.distance, 1 - impostors.similarity(atFalseAcceptRate: rate)))
  }
}

extension GalleryThresholds.Level {
  /// What a distance lets pass.
  /// - Parameter others: how many faces each is compared with.
  fileprivate init(distance: Float, among others: Int, of impostors: ImpostorDistribution) {
    let rate = impostors.falseAcceptRate(at: 1 - distance)
    self.init(
      distance: distance, falseAcceptRate: rate, falseMatches: rate * Double(max(1, others)))
  }
}

extension ImpostorDistribution {
  /// More would not change what is measured, only how long it takes.
  package static let sampled = 2_000

  /// Of some faces of a gallery.
  ///
  /// Faces that would be linked if impostors were as the model expects are taken for one person.
  /// - Parameter sample: `(n, d)`; nil without faces.
  package init(ofSample sample: EmbeddingMatrix?, verification: Verification) {
    guard let sample, sample.count > 2 else {
      self = verification.usualImpostors
      return
    }
    let usual = GalleryThresholds(
      faces: sample.count, impostors: verification.usualImpostors, verification: verification)
    self.init(
      of: sample, linking: 1 - usual.link.distance, prior: verification.usualImpostors)
  }
}
