/// The metrics of an epoch.
public struct EpochMetrics: Sendable, Equatable, Codable {
  /// From 1.
  public var epoch: Int
  public var learningRate: Double
  /// The mean over the epoch's batches.
  public var loss: Double
  /// The mean share of triplets, pairs or samples that still changed something; nil where the loss has no
  /// such thing.
  public var activeFraction: Double?
  /// The mean distance between embeddings of a batch, over the root of two: 0 where all are one point,
  /// about 1 where they are spread over the unit sphere.
  public var spread: Double
  /// Of the photos that were held out; nil in epochs without a test.
  public var heldOut: HeldOutScores?
  /// Since the run began, without its breaks.
  public var seconds: Double
}
