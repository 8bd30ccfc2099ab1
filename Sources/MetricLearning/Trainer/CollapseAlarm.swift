/// Detects that a network has stopped learning.
public struct CollapseAlarm: Sendable, Equatable, Codable {
  public enum Finding: String, Sendable, Codable, CustomStringConvertible {
    /// All embeddings are nearly one point.
    case collapsed
    /// Nearly all triplets are easy, and no test is passed yet.
    case nothingToLearn

    /// What was found, in words.
    public var description: String {
      switch self {
      case .collapsed: "the embeddings shrink to one point"
      case .nothingToLearn:
        "nearly all triplets are easy, so nothing is learnt from them any more"
      }
    }
  }

  /// The spread below which embeddings are collapsed.
  public static let minimumSpread = 0.05
  /// The share of active triplets below which there is nothing to learn.
  public static let minimumActiveFraction = 0.01
  /// The held-out score from which easy triplets are no problem.
  public static let passingScore = 0.95
  /// The number of consecutive epochs after which a finding is reported.
  public static let patience = 5

  private var collapsedEpochs = 0
  private var easyEpochs = 0
  private var bestScore = 0.0

  public init() {}

  /// - Returns: a finding in the epoch in which it is first established, otherwise nil.
  public mutating func check(_ metrics: EpochMetrics) -> Finding? {
    bestScore = max(bestScore, metrics.heldOut?.score ?? 0)
    collapsedEpochs = metrics.spread < Self.minimumSpread ? collapsedEpochs + 1 : 0
    let isEasy = (metrics.activeFraction ?? 1) < Self.minimumActiveFraction
    easyEpochs = isEasy && bestScore < Self.passingScore ? easyEpochs + 1 : 0
    if collapsedEpochs == Self.patience { return .collapsed }
    return easyEpochs == Self.patience ? .nothingToLearn : nil
  }
}
