import LikenessCore

/// All photos once an epoch in a random order, for losses that compare no photos with each other.
public struct ShuffledSampler: BatchSampler {
  private let positions: [Int]
  private let batchSize: Int

  /// - Parameters:
  ///   - positions: the photos to draw from.
  ///   - batchSize: of every batch; photos that fill no batch of their own wait for the next epoch's order.
  public init(positions: [Int], batchSize: Int) {
    precondition(!positions.isEmpty && batchSize > 0)
    self.positions = positions
    self.batchSize = min(batchSize, positions.count)
  }

  public func batches(seed: UInt64, epoch: Int) -> [SampledBatch] {
    var random = SeededRandom(seed: seed, path: 0x5FF1, UInt64(epoch))
    let order = positions.shuffled(using: &random)
    return (0..<order.count / batchSize).map { number in
      SampledBatch(items: Array(order[number * batchSize..<(number + 1) * batchSize]))
    }
  }
}
