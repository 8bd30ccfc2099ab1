import Faces
import LikenessCore
import Synchronization

/// Makes batches on threads of its own, a few ahead of the one who takes them.
///
/// What is in a batch depends on the seed, the epoch and the item's place only, not on the threads.
public final class BatchLoader: Sendable {
  private let store: ChipStore
  private let augmentation: Augmentation
  private let scaling: InputScaling
  private let seed: UInt64
  private let workers: Int
  private let spare = Mutex<[ImageBatch]>([])

  public init(
    store: ChipStore, augmentation: Augmentation, scaling: InputScaling, seed: UInt64,
    workers: Int
  ) {
    self.store = store
    self.augmentation = augmentation
    self.scaling = scaling
    self.seed = seed
    self.workers = workers
  }

  /// Hands an epoch's batches over in order, each valid only inside of `consume`.
  /// - Parameters:
  ///   - start: the number of batches to skip.
  ///   - isCancelled: once true, no further batch is begun.
  ///   - consume: called on this thread with the batch's number in the epoch.
  /// - Throws: `PhotoError` where a photo has to be read again and cannot be, and what `consume` throws.
  public func run(
    _ batches: [SampledBatch], epoch: Int, from start: Int = 0,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    consume: (Int, ImageBatch) throws -> Void
  ) throws {
    try OrderedWork.run(
      (start..<max(start, batches.count)).map { NumberedBatch(number: $0, sample: batches[$0]) },
      jobs: workers, window: workers + 2, isCancelled: isCancelled,
      makeWorker: { { batch in Result { try self.fill(batch, epoch) } } },
      consume: { number, result in
        let batch = try result.get()
        defer { spare.withLock { $0.append(batch) } }
        try consume(start + number, batch)
      })
  }

  /// Plain views of photos, in order, some at a time: for tests of a network.
  /// - Parameter consume: called with the place of the batch's first photo in `positions`.
  public func plain(
    _ positions: [Int], batchSize: Int = 64, consume: (Int, ImageBatch) throws -> Void
  ) throws {
    let loader = BatchLoader(
      store: store, augmentation: .none, scaling: scaling, seed: 0, workers: workers)
    let batches = stride(from: 0, to: positions.count, by: batchSize).map { start in
      SampledBatch(items: Array(positions[start..<min(start + batchSize, positions.count)]))
    }
    try loader.run(batches, epoch: 0) { number, batch in try consume(number * batchSize, batch) }
  }

  private struct NumberedBatch {
    var number: Int
    var sample: SampledBatch
  }

  private func fill(_ batch: NumberedBatch, _ epoch: Int) throws -> ImageBatch {
    let side = store.options.side
    let count = batch.sample.items.count
    let images =
      spare.withLock { spare in
        spare.lastIndex { $0.capacity >= count }.map { spare.remove(at: $0) }
      } ?? ImageBatch(capacity: count, side: side)
    images.sample = batch.sample
    for (place, position) in batch.sample.items.enumerated() {
      var random = SeededRandom(
        seed: seed, path: UInt64(epoch), UInt64(batch.number), UInt64(place))
      let view =
        augmentation == .none
        ? AugmentedView.plain(margin: store.margin)
        : augmentation.draw(side: side, margin: store.margin, using: &random)
      images.write(view, of: try store.chip(position), at: place, scaling)
    }
    return images
  }
}
