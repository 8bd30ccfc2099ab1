/// Notices when a network stops learning anything, and says what to change.
public struct CollapseAlarm: Sendable, Equatable, Codable {
  public enum Finding: String, Sendable, Codable {
    /// All embeddings are nearly one point.
    case collapsed
    /// Nearly all triplets are easy, and no test is passed yet.
    case nothingToLearn

    public var advice: String {
      switch self {
      case .collapsed:
        "the embeddings shrink to one point: take --loss multi-similarity or --loss arcface, lower "
          + "--learning-rate, or take --miner batch-all if it is another"
      case .nothingToLearn:
        "nearly all triplets are easy, so nothing is learnt from them any more: take more people in a batch "
          + "(--people), a larger --margin, or for triplets --miner batch-hard"
      }
    }
  }

  /// Below this spread embeddings count as one point.
  public static let smallestSpread = 0.05
  /// Below this share of active triplets there is nothing to learn.
  public static let smallestActiveFraction = 0.01
  /// A held-out score from which on easy triplets are good news.
  public static let goodScore = 0.95
  /// How many epochs in a row it takes.
  public static let patience = 5

  private var collapsedEpochs = 0
  private var easyEpochs = 0
  private var bestScore = 0.0

  public init() {}

  /// - Returns: what is wrong, once each time it begins.
  public mutating func check(_ metrics: EpochMetrics) -> Finding? {
    bestScore = max(bestScore, metrics.heldOut?.score ?? 0)
    collapsedEpochs = metrics.spread < Self.smallestSpread ? collapsedEpochs + 1 : 0
    let isEasy = (metrics.activeFraction ?? 1) < Self.smallestActiveFraction
    easyEpochs = isEasy && bestScore < Self.goodScore ? easyEpochs + 1 : 0
    if collapsedEpochs == Self.patience { return .collapsed }
    return easyEpochs == Self.patience ? .nothingToLearn : nil
  }
}
