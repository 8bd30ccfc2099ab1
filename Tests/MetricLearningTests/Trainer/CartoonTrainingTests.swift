import Foundation
import TestSupport
import Testing

@testable import MetricLearning

extension TrainingTests {
  @Suite struct CartoonTrainingTests {
    /// Trains on cartoon faces of eight people with the seven expressions, three of each.
    private func train(
      _ holdOut: HoldOut?
    ) throws -> (vectors: AttributeVectors, data: LabelledDataset, run: TrainingOutcome) {
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let store = try SampleData.chips(people: 8, takes: 3, side: 96, in: photos)
        var configuration = TrainingConfiguration()
        configuration.backbone = .dlib
        (configuration.depth, configuration.frozenLayers) = (21, 21)
        configuration.attributes = ["person", "expression"]
        configuration.chips = store.options
        configuration.dimensions = 32
        (configuration.people, configuration.photos) = (8, 7)
        (configuration.epochs, configuration.patience, configuration.testEvery) = (12, 0, 12)
        configuration.learningRate = 2e-3
        (configuration.threads, configuration.holdOut) = (2, holdOut)
        let folder = RunFolder(folder.appendingPathComponent("run"))
        try folder.create()
        let trainer = try Trainer(configuration, store: store, folder: folder)
        let outcome = try trainer.run()
        try trainer.takeBest()
        return (try trainer.attributeVectors(), store.dataset, outcome)
      }
    }

    /// Protocol b: nothing of what is asked for was seen, neither in training nor in the vectors of its parts.
    @Test func `person plus expression finds photos of cells that were held out`() throws {
      let holdOut = HoldOut.cells("person", "expression", fold: 2)
      let (vectors, data, run) = try train(holdOut)
      let split = try data.split(holdOut, seed: 1)
      let everyone = Array(data.items.indices)
      let score = vectors.algebra(
        cells: split.heldOut, known: split.training, gallery: everyone)
      #expect(try #require(score) >= 0.87, "of 8 cells, by chance 0.02")
      #expect(run.metrics.last?.heldOut?.algebra == score)
      // What was learnt of expressions holds for whoever shows them.
      let recall = vectors.recallAt1(1, queries: split.heldOut, gallery: split.training)
      #expect(try #require(recall) >= 0.9)
    }

    /// Protocol a, the published one: the first photo of each cell, which is in what it is looked for with.
    @Test func `person plus expression finds the first photo of each`() throws {
      let (vectors, data, _) = try train(nil)
      let firsts = data.items.indices.filter { PhotoName(data.items[$0].url)?.take == 1 }
      #expect(firsts.count == 56)
      let score = vectors.algebra(cells: firsts, known: firsts, gallery: firsts)
      #expect(try #require(score) >= 0.95)
    }
  }
}
