/// Ends training once the held-out score no longer improves.
public struct EarlyStopping: Sendable, Equatable, Codable {
  /// The number of tests without a better score after which training ends, three at a perfect score; 0 for never.
  public let patience: Int
  public private(set) var bestScore: Double?
  public private(set) var bestEpoch = 0
  private var testsSince = 0

  public init(patience: Int) { self.patience = patience }

  /// Records a test's score.
  /// - Returns: whether this is the best score so far.
  public mutating func record(_ score: Double, epoch: Int) -> Bool {
    testsSince += 1
    guard bestScore.map({ score > $0 }) ?? true else { return false }
    (bestScore, bestEpoch, testsSince) = (score, epoch, 0)
    return true
  }

  public var isDue: Bool {
    patience > 0 && (testsSince >= patience || bestScore == 1 && testsSince >= 3)
  }
}
