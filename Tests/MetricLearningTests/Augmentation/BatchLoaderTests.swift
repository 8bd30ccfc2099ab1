import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct BatchLoaderTests {
  /// All pictures of an epoch, batch by batch.
  private func pictures(
    _ store: ChipStore, _ augmentation: Augmentation, workers: Int, epoch: Int = 0, seed: UInt64 = 9
  ) throws -> [[Float]] {
    let loader = BatchLoader(
      store: store, augmentation: augmentation, scaling: .symmetric, seed: seed,
      workers: workers)
    let samples = [[0, 1, 2], [3, 3, 3], [4], [5, 6, 0], [1, 2, 3], [4, 5, 6]]
      .map { SampledBatch(items: $0) }
    var pictures: [[Float]] = []
    try loader.run(samples, epoch: epoch) { number, batch in
      #expect(number == pictures.count)
      #expect(batch.sample == samples[number])
      pictures.append(batch.withPixels { Array($0) })
    }
    return pictures
  }

  @Test func `what is in a batch does not depend on the threads`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try SampleData.chips(people: 1, takes: 1, side: 20, in: folder)
      let alone = try pictures(store, .standard, workers: 1)
      #expect(alone.count == 6 && alone[0].count == 3 * 3 * 400)
      for workers in [2, 5] { #expect(try pictures(store, .standard, workers: workers) == alone) }
      #expect(try pictures(store, .standard, workers: 2, epoch: 1) != alone)
      #expect(try pictures(store, .standard, workers: 2, seed: 10) != alone)
      // One photo three times in a batch is three views of it.
      let views = (0..<3).map { Array(alone[1][($0 * 1200)..<(($0 + 1) * 1200)]) }
      #expect(Set(views).count == 3)
    }
  }

  @Test func `a plain view is the chip itself, normalised, plane by plane`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try SampleData.chips(people: 1, takes: 1, side: 16, in: folder)
      let loader = BatchLoader(
        store: store, augmentation: .standard,
        scaling: InputScaling(mean: [10, 20, 30], scale: 1 / 64), seed: 1, workers: 2)
      var seen: [Int] = []
      try loader.plain([6, 2, 5], batchSize: 2) { start, batch in
        for (place, position) in batch.sample.items.enumerated() {
          seen.append(position)
          let chip = try store.chip(position)
          batch.withPixels { pixels in
            for index in 0..<(16 * 16) {
              for k in 0..<3 {
                let expected = (Float(chip.pixels[index * 3 + k]) - [10, 20, 30][k]) / 64
                #expect(abs(pixels[(place * 3 + k) * 256 + index] - expected) < 1e-4)
              }
            }
          }
        }
        #expect(start == seen.count - batch.count)
      }
      #expect(seen == [6, 2, 5])
    }
  }

  @Test func `a photo that is gone is an error, and no thread waits for ever`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try SampleData.chips(people: 1, takes: 1, side: 16, in: folder, budget: 0)
      try FileManager.default.removeItem(at: store.dataset.items[3].url)
      #expect(throws: (any Error).self) { try pictures(store, .standard, workers: 3) }
    }
  }
}
