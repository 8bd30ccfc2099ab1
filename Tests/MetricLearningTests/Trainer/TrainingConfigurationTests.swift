import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct TrainingConfigurationTests {
  @Test func `what an earlier version did not write is as it is by default`() throws {
    var configuration = TrainingConfiguration()
    configuration.epochs = 7
    configuration.holdOut = .cells("person", "expression", fold: 3)
    configuration.augmentation.rotation = 3
    var json = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any])
    for key in ["optimizer", "schedule", "isNormalized", "hidden", "firstOfEach", "pixels"] {
      #expect(json.removeValue(forKey: key) != nil)
    }
    var views = try #require(json["augmentation"] as? [String: Any])
    #expect(views.removeValue(forKey: "shear") != nil)
    json["augmentation"] = views
    let read = try TrainingConfiguration(
      completing: JSONSerialization.data(withJSONObject: json))
    #expect(read == configuration)
    #expect(throws: DecodingError.self) { try TrainingConfiguration(completing: Data("[]".utf8)) }
    json["epochs"] = "many"
    #expect(throws: DecodingError.self) {
      try TrainingConfiguration(completing: JSONSerialization.data(withJSONObject: json))
    }
  }

  @Test func `optimizer and schedule are those that were asked for`() throws {
    try Torch.load()
    var configuration = TrainingConfiguration()
    (configuration.epochs, configuration.weightDecay) = (10, 0.5)
    let weight = Tensor([1, 1] as [Float], shape: [2])
    weight.requiresGradient = true
    func optimizer() -> any Optimizer { configuration.makeOptimizer([("weight", weight)]) }
    let adamW = try #require(optimizer() as? Adam)
    guard case .decoupled = adamW.decay else { throw CocoaError(.coderInvalidValue) }
    configuration.optimizer = .adam
    let adam = try #require(optimizer() as? Adam)
    guard case .inGradient = adam.decay else { throw CocoaError(.coderInvalidValue) }
    #expect(adam.weightDecay == 0.5)
    configuration.optimizer = .sgd
    #expect(try #require(optimizer() as? SGD).momentum == 0.9)
    #expect(configuration.learningRates(batches: 4) == .cosine(warmUp: 4, total: 40, floor: 0.01))
    configuration.schedule = .constant
    #expect(configuration.learningRates(batches: 4) == .constant)
  }

  /// What a reader of the published experiment would look for.
  @Test func `the recipe has the text's numbers`() {
    var configuration = TrainingConfiguration()
    TrainingRecipe.mercari.apply(to: &configuration, combinations: 70)
    #expect(configuration.dimensions == 70 && !configuration.isNormalized)
    #expect(configuration.margin == 1 && configuration.distance == .euclidean)
    #expect(configuration.epochs == 50 && configuration.learningRate == 1e-4)
    #expect(configuration.people * configuration.photos == 3 * 16, "16 triplets")
    #expect(configuration.chips.side == 256 && configuration.chips.cropping == .whole)
    let views = configuration.augmentation
    #expect(views.cropArea == 0.75...1 && views.cropAspect == 0.75...(4.0 / 3))
    #expect((views.brightness, views.contrast, views.saturation) == (0.3, 0.5, 0.5))
    #expect((views.rotation, views.shear, views.translation) == (0.5, 0.5, 0))
    #expect(views.mirrors && views.scale == 1...1)
  }
}
