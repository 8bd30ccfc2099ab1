import LikenessCore

/// Decides which photos a batch has; the same for the same seed and epoch.
public protocol BatchSampler: Sendable {
  /// The batches of an epoch, each the positions of its photos.
  func batches(seed: UInt64, epoch: Int) -> [SampledBatch]
}

/// The photos of one batch.
public struct SampledBatch: Sendable, Equatable {
  /// Positions in the data set.
  public var items: [Int]
  /// Which of `items` are compared, where the sampler decides that; else a miner does.
  public var triplets: [Triplet] = []

  public struct Triplet: Sendable, Hashable {
    /// Places in `items`.
    public var anchor: Int
    public var positive: Int
    public var negative: Int
    /// The attribute in which anchor and positive are alike, and the negative differs: its place among the
    /// sampler's.
    public var attribute: Int
  }
}
