import Foundation
import LikenessCore

/// Whether a probe is a person of the gallery.
///
/// The threshold fits the gallery (`GalleryThresholds.unknown`): the more faces it has, the nearer one of them is to any
/// impostor. `Match.probability` is one half there.
public struct Recognition: Sendable, Codable {
  /// Whether the nearest match is likely the same person; false for an unknown person, nil where the face is
  /// too poor to judge.
  @OrNull public var known: Bool?
  /// To the nearest match, in the metric of the threshold.
  public var distance: Float
  /// The greatest distance that counts as a match.
  public var threshold: Float
  /// The metric of `distance` and `threshold`.
  public var metric: Metric
  /// What the threshold means, and remarks about the face, in words.
  public var reason: String

  /// - Parameter isJudgeable: whether the face is good enough.
  init(
    _ nearest: Match, by model: Verification, _ thresholds: GalleryThresholds, isJudgeable: Bool
  ) {
    distance = nearest.decisiveDistance
    threshold = thresholds.unknown.distance
    metric = model.metric
    known = isJudgeable ? distance <= threshold : nil
    reason = Verdict.reason(
      distance, metric, threshold, called: "the gallery's threshold",
      where: thresholds.unknownInWords, isJudgeable: isJudgeable)
  }
}

/// A face of a photo with its matches in a gallery.
public struct SearchedFace: Sendable {
  /// The face, as it was found on the photo.
  public var face: Face
  /// The nearest first; none for a doubtful face unless the question includes those.
  public var matches: [Match]
  /// Whether it is the person of the first match; nil without a match.
  public var recognition: Recognition?
}
