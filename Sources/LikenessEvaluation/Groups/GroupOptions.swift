import LikenessKit

/// How rates are measured by group.
public struct GroupOptions: Sendable {
  /// Up to which distance two faces are taken for one person.
  public enum Threshold: Sendable, Equatable {
    /// The model's own.
    case model
    case distance(Float)
    /// At which this part of all pairs of different people, within groups and across, are.
    case falseAcceptRate(Double)
  }

  /// Up to which distance two faces are taken for one person.
  public var threshold = Threshold.model
  /// The columns whose groups are compared; all of the table but `person` where empty.
  public var columns: [String] = []
  /// Where people's names come from, where the table does not say; nil for nowhere.
  public var nameSource: NameSource?
  /// Which face of a photo counts.
  public var face = CountedFace.central
  /// What a photo may be at most; others are left out.
  public var limits = PhotoLimits.default

  /// The model's own threshold, for all columns of the table.
  public init() {}
}
