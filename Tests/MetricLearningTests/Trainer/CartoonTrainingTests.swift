import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces
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
        try trainer.restoreBest()
        return (try trainer.attributeVectors(), store.dataset, outcome)
      }
    }

    /// A small MobileNetV2 from nothing, unless the change says otherwise, on cartoon faces of so many people; the last of
    /// them are held out.
    private func trained(
      people: Int, heldOut: Int, epochs: Int, side: Int = 64,
      _ change: (inout TrainingConfiguration) -> Void
    ) throws -> (trainer: Trainer, run: TrainingOutcome) {
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let store = try SampleData.chips(people: people, takes: 3, side: side, in: photos)
        var configuration = TrainingConfiguration()
        configuration.attributes = ["person"]
        configuration.chips = store.options
        (configuration.width, configuration.dimensions) = (0.5, 64)
        configuration.learningRate = 3e-3
        (configuration.people, configuration.photos) = (8, 6)
        (configuration.epochs, configuration.patience, configuration.testEvery) = (
          epochs, 0, epochs
        )
        configuration.threads = 2
        // Drawn faces vary enough by themselves.
        (configuration.augmentation.cropArea, configuration.augmentation.rotation) = (0.9...1, 3)
        (configuration.augmentation.brightness, configuration.augmentation.contrast) = (0.1, 0.2)
        configuration.augmentation.saturation = 0.2
        let names = try store.dataset.values(of: "person").suffix(heldOut)
        configuration.holdOut = heldOut == 0 ? nil : .named(Array(names), of: "person")
        change(&configuration)
        let run = RunFolder(folder.appendingPathComponent("run"))
        try run.create()
        let trainer = try Trainer(configuration, store: store, folder: run)
        let outcome = try trainer.run()
        try trainer.restoreBest()
        return (trainer, outcome)
      }
    }

    /// At a margin of 1 embeddings of length 1 have to be far more than a right angle apart.
    @Test func `triplet loss from nothing falls far below its margin`() throws {
      let (_, run) = try trained(people: 8, heldOut: 0, epochs: 40) {
        // Far from the bounds, since processors round differently.
        ($0.margin, $0.learningRate) = (1, 0.01)
      }
      let (first, last) = (run.metrics[0], try #require(run.metrics.last))
      #expect(first.loss > 0.7, "it begins near the margin")
      #expect(last.loss <= 0.25, "\(last.loss)")
      #expect(try #require(last.activeFraction) <= 1.0 / 3, "\(last)")
    }

    /// One photo of each person is known; all other photos are compared with all of these.
    @Test func `a network and its head verify people whom they never saw`() throws {
      let (trainer, _) = try trained(people: 32, heldOut: 6, epochs: 12, side: 96) {
        ($0.loss, $0.hidden) = (.init(SiameseLoss.self), [32])
        ($0.backbone, $0.depth, $0.frozenLayers) = (.dlib, 21, 21)
        $0.learningRate = 2e-3
      }
      try TestFiles.withTemporaryFolder { folder in
        let models = ModelStore(folder: folder)
        let manifest = try trainer.export(as: "twins", in: models)
        #expect(manifest.head?.features == [.difference] && manifest.files.count == 2)
        let head = try models.head("twins", for: "twins")
        #expect(try models.load(trained: "twins").file.pathExtension == "onnx")
        let vectors = try trainer.attributeVectors()
        let people = try trainer.store.dataset.classes(of: "person")
        let unseen = trainer.split.heldOut
        #expect(Set(unseen.map { people[$0] }).count == 6)
        let known = Dictionary(grouping: unseen, by: { people[$0] }).values.map { $0[0] }
        var (found, rejected, same, others) = (0, 0, 0, 0)
        for photo in unseen where !known.contains(photo) {
          for card in known {
            let isSame =
              head.probability(vectors.vectors[photo], vectors.vectors[card])
              >= head.description.threshold
            if people[photo] == people[card] {
              same += 1
              if isSame { found += 1 }
            } else {
              others += 1
              if !isSame { rejected += 1 }
            }
          }
        }
        // Both kinds count alike: most pairs are of two people.
        let accuracy =
          (Double(found) / Double(same) + Double(rejected) / Double(others)) / 2
        #expect(accuracy >= 0.9, "\(found) of \(same), \(rejected) of \(others)")
      }
    }

    /// The teacher's vectors are made: a direction for each person, and a little for each photo.
    @Test func `a student learns its teacher's embeddings, also of photos it did not see`() throws {
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let store = try SampleData.chips(people: 8, takes: 3, side: 64, in: photos)
        let people = try store.dataset.classes(of: "person")
        var random = SeededRandom(seed: 6)
        func direction(_ reach: Float) -> Embedding {
          Embedding((0..<32).map { _ in Float.random(in: -reach...reach, using: &random) })
        }
        let directions = (0..<8).map { _ in direction(1) }
        let targets = EmbeddingMatrix(
          people.map { person in
            let own = direction(0.1)
            return Embedding(zip(directions[person].values, own.values).map(+)).normalized()
          })
        var configuration = TrainingConfiguration()
        configuration.teacher = "made up"
        configuration.attributes = []
        configuration.chips = store.options
        (configuration.width, configuration.dimensions) = (0.5, 32)
        configuration.learningRate = 3e-3
        configuration.holdOut = .anyPhotos(share: 0.2)
        (configuration.epochs, configuration.testEvery, configuration.threads) = (60, 60, 2)
        let run = RunFolder(folder.appendingPathComponent("run"))
        try run.create()
        let trainer = try Trainer(configuration, store: store, targets: targets, folder: run)
        let outcome = try trainer.run()
        let similarity = try #require(outcome.metrics.last?.heldOut?.similarity)
        #expect(similarity > 0.5, "\(similarity)")
        #expect(outcome.bestScore == similarity)
        // What is a person to the teacher is one to the student.
        let vectors = try trainer.attributeVectors().vectors
        let right = trainer.split.heldOut.count { photo in
          let nearest = directions.indices.min {
            Metric.cosine.distance(directions[$0], vectors[photo])
              < Metric.cosine.distance(directions[$1], vectors[photo])
          }
          return nearest == people[photo]
        }
        // One of eight would be chance. With AVX-512, 14 of 34 are right, elsewhere more.
        #expect(Double(right) >= 0.33 * Double(trainer.split.heldOut.count))
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
