/// Decides when the held-out score will grow no more.
public struct EarlyStopping: Sendable, Equatable, Codable {
  /// After how many tests without a better score training ends, and after three once no better one is possible; 0
  /// for never.
  public let patience: Int
  public private(set) var bestScore: Double?
  public private(set) var bestEpoch = 0
  private var testsSince = 0

  public init(patience: Int) { self.patience = patience }

  /// - Returns: whether this is the best score so far.
  public mutating func take(_ score: Double, epoch: Int) -> Bool {
    testsSince += 1
    guard bestScore.map({ score > $0 }) ?? true else { return false }
    (bestScore, bestEpoch, testsSince) = (score, epoch, 0)
    return true
  }

  public var isDue: Bool {
    patience > 0 && (testsSince >= patience || bestScore == 1 && testsSince >= 3)
  }
}
