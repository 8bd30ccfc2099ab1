import LikenessKit

/// How people are enrolled to be looked for.
public struct IdentificationOptions: Sendable {
  /// What several photos of a person become.
  public enum Template: String, Codable, Sendable, CaseIterable {
    /// The mean of their embeddings, of length 1 before where cosine decides.
    case mean
    /// All of them; the nearest counts.
    case best
  }

  /// The part of the people who are enrolled, above 0 and below 1.
  public var enrolled = 0.5
  /// How many photos of each, at most: the first in the order of their paths. Of several photos of a person one is always left to
  /// look for them.
  public var photosPerTemplate = 1
  /// What several photos of a person become.
  public var template = Template.mean
  /// Which people are enrolled: others for each number.
  public var seed: UInt64 = 0
  /// Which face of a photo counts.
  public var face = CountedFace.central
  /// Where names come from; see `labels`. By default folders, or files where all photos lie in one folder.
  public var nameSource: NameSource?
  /// Say whom a photo shows, instead of `nameSource`.
  public var labels: LabelSource?
  /// What a photo may be at most; others are left out.
  public var limits = PhotoLimits.default

  /// Half of the people enrolled, with one photo each.
  public init() {}
}
