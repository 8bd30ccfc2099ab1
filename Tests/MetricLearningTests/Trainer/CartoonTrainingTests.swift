import Foundation
import TestSupport
import Testing

@testable import MetricLearning

extension TrainingTests {
  @Suite struct CartoonTrainingTests {
    /// Trains on cartoon faces of eight people with the seven expressions.
    private func train(
      _ change: (inout TrainingConfiguration) -> Void
    ) throws -> (
      vectors: AttributeVectors, outcome: TrainingOutcome, split: DatasetSplit?,
      data: LabelledDataset
    ) {
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let store = try SampleData.chips(people: 8, takes: 3, side: 40, in: photos)
        var configuration = TrainingConfiguration()
        configuration.attributes = ["person", "expression"]
        configuration.chips.side = 40
        configuration.chips.cropping = .whole
        configuration.width = 0.25
        configuration.dimensions = 32
        (configuration.people, configuration.photos) = (8, 6)
        (configuration.epochs, configuration.threads, configuration.testEvery) = (40, 2, 10)
        configuration.learningRate = 2e-3
        change(&configuration)
        let folder = RunFolder(folder.appendingPathComponent("run"))
        try folder.create()
        let trainer = try Trainer(configuration, store: store, folder: folder)
        let outcome = try trainer.run()
        try trainer.takeBest()
        return (
          try trainer.attributeVectors(), outcome,
          try configuration.holdOut.map { try store.dataset.split($0, seed: configuration.seed) },
          store.dataset
        )
      }
    }

    /// Algebra B: what was asked for was never seen, neither in training nor in the vectors of its parts.
    @Test func `person plus expression finds photos of cells that were held out`() throws {
      let run = try train { configuration in
        configuration.holdOut = .cells("person", "expression", fold: 2)
      }
      let split = try #require(run.split)
      let score = run.vectors.algebra(
        cells: split.heldOut, known: split.training, gallery: Array(run.data.items.indices))
      #expect(try #require(score) >= 0.75, "\(String(describing: run.outcome.bestScore))")
      let best = run.outcome.metrics.first { $0.epoch == run.outcome.bestEpoch }
      #expect(best?.heldOut?.algebra == score)
    }

    /// Algebra A, the published protocol: one vector for both, sampled triplets, the first photo of each cell.
    @Test func `one vector holds person and expression, as published`() throws {
      let run = try train { configuration in
        configuration.sharesVector = true
        configuration.miner = .sampled
      }
      let firsts = run.data.items.indices.filter {
        PhotoName(run.data.items[$0].url)?.take == 1
      }
      #expect(firsts.count == 56)
      let score = run.vectors.algebra(
        cells: firsts, known: firsts, gallery: firsts, excludesCell: false)
      #expect(try #require(score) >= 0.6)
    }
  }
}
