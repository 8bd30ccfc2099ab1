import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MetricLearning

extension TrainingTests {
  @Suite struct TrainerTests {
    /// A small network that sees small pictures.
    private func configuration() -> TrainingConfiguration {
      var configuration = TrainingConfiguration()
      configuration.attributes = ["person", "expression"]
      configuration.chips.side = 32
      configuration.chips.cropping = .whole
      configuration.width = 0.1
      configuration.dimensions = 16
      (configuration.people, configuration.photos, configuration.epochs) = (4, 4, 4)
      configuration.holdOut = .cells("person", "expression", fold: 1)
      configuration.workers = 2
      return configuration
    }

    private func chips(in folder: URL) throws -> ChipStore {
      try SampleData.chips(people: 4, takes: 2, side: 32, in: folder)
    }

    private func run(_ name: String, in folder: URL) throws -> RunFolder {
      let run = RunFolder(folder.appendingPathComponent(name))
      try run.create()
      return run
    }

    /// All numbers of a run's checkpoint, and its metrics without their times.
    private func result(_ run: RunFolder) throws -> (
      numbers: [String: [UInt8]], metrics: [EpochMetrics]
    ) {
      let state = try SafetensorsFile.read(run.checkpoint)
      var numbers: [String: [UInt8]] = [:]
      for name in state.names {
        guard let tensor = state[name] else { continue }
        numbers[name] =
          tensor.type == .float32
          ? tensor.values(as: Float.self).flatMap { value in
            withUnsafeBytes(of: value) { Array($0) }
          }
          : tensor.values(as: Int64.self).flatMap { value in
            withUnsafeBytes(of: value) { Array($0) }
          }
      }
      let text = try #require(state.metadata["progress"])
      var progress = try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
      for index in progress.metrics.indices { progress.metrics[index].seconds = 0 }
      return (numbers, progress.metrics)
    }

    @Test(arguments: [
      TrainingConfiguration.Loss(HardTripletLoss.self), .init(ArcFaceLoss.self),
    ])
    func `a run with breaks is the run without one to the bit`(_ loss: TrainingConfiguration.Loss)
      throws
    {
      try TestFiles.withTemporaryFolder { folder in
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let store = try chips(in: photos)
        var configuration = configuration()
        configuration.loss = loss
        let whole = try run("whole", in: folder)
        let outcome = try Trainer(configuration, store: store, folder: whole).run()
        #expect(outcome.end == .finished && outcome.metrics.count == 4)

        // Breaks in the middle of an epoch, and at its end.
        let broken = try run("broken", in: folder)
        var (sessions, total) = (0, 0)
        while true {
          let trainer = try Trainer(configuration, store: store, folder: broken)
          if sessions > 0 { try trainer.resume() }
          sessions += 1
          let steps = Atomic(0)
          let end = try trainer.run(
            isCancelled: { steps.load(ordering: .relaxed) >= 4 },
            onEvent: { event in
              guard case .step = event else { return }
              steps.add(1, ordering: .relaxed)
              total += 1
            }
          ).end
          if end == .finished { break }
          #expect(end == .interrupted)
          try #require(sessions < 10)
        }
        #expect(sessions > 2)
        // No batch was lost or done twice.
        #expect(total == 4 * 3)
        let (first, second) = (try result(whole), try result(broken))
        #expect(first.metrics == second.metrics)
        #expect(first.numbers.count > 100)
        #expect(first.numbers == second.numbers)
      }
    }

    @Test func `a run is resumed with its own photos only`() throws {
      try TestFiles.withTemporaryFolder { folder in
        let (first, second) = (
          folder.appendingPathComponent("a"), folder.appendingPathComponent("b")
        )
        for photos in [first, second] {
          try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        }
        var configuration = configuration()
        configuration.epochs = 1
        let home = try run("run", in: folder)
        let trainer = try Trainer(configuration, store: chips(in: first), folder: home)
        #expect(throws: TrainingError.self) { try trainer.resume() }
        _ = try trainer.run()
        let others = try SampleData.chips(people: 3, takes: 2, side: 32, in: second)
        #expect {
          try Trainer(configuration, store: others, folder: home).resume()
        } throws: {
          if case .otherPhotos? = $0 as? TrainingError { return true }
          return false
        }
        try Data("broken".utf8).write(to: home.checkpoint)
        _ = #expect {
          try Trainer(configuration, store: chips(in: first), folder: home).resume()
        } throws: {
          if case .notARun? = $0 as? TrainingError { return true }
          return false
        }
      }
    }

    @Test func `a loss that is not a number stops the run and names the batch`() throws {
      try TestFiles.withTemporaryFolder { folder in
        var configuration = configuration()
        configuration.learningRate = 1e30
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: false)
        let trainer = try Trainer(
          configuration, store: chips(in: photos), folder: run("run", in: folder))
        #expect {
          _ = try trainer.run()
        } throws: {
          guard case .notANumber(let epoch, let batch, let photos)? = $0 as? TrainingError else {
            return false
          }
          return epoch >= 1 && batch >= 1 && photos.count == 16 && photos[0].hasSuffix(".png")
        }
      }
    }
  }
}
