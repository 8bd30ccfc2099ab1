import Foundation
import Testing

@testable import MetricLearning

@Suite struct LossRegistryTests {
  /// Files of runs, and users' commands, have these.
  @Test func `names stay`() {
    let losses = TrainingConfiguration.Loss.allCases.map(\.rawValue)
    #expect(
      Set(losses).isSuperset(of: [
        "triplet", "soft-triplet", "contrastive", "n-pair", "multi-similarity", "arcface",
        "siamese",
      ]))
    #expect(Set(losses).count == losses.count)
    let miners = TrainingConfiguration.Miner.allCases.map(\.rawValue)
    #expect(
      miners == [
        "batch-hard", "batch-all", "semi-hard", "distance-weighted", "random", "sampled",
      ])
  }

  @Test func `a run's file has names, and unknown ones are an error`() throws {
    var configuration = TrainingConfiguration()
    configuration.loss = .init(MultiSimilarityLoss.self)
    configuration.miner = .init(SemiHardMiner.self)
    let data = try JSONEncoder().encode(configuration)
    var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["loss"] as? String == "multi-similarity")
    #expect(json["miner"] as? String == "semi-hard")
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
    json["loss"] = "none-such"
    #expect(throws: DecodingError.self) {
      try TrainingConfiguration(completing: JSONSerialization.data(withJSONObject: json))
    }
  }

  @Test func `options belong to the losses that use them`() {
    #expect(
      TrainingConfiguration.Loss.names(using: .margin) == [
        "triplet", "soft-triplet", "contrastive",
      ])
    for option in [LossOption.miner, .distance, .reduction] {
      #expect(TrainingConfiguration.Loss.names(using: option) == ["triplet", "soft-triplet"])
    }
    #expect(TrainingConfiguration.Loss.names(using: .hidden) == ["siamese"])
    #expect(
      TrainingConfiguration.Loss.allCases.filter(\.definition.trainsVerifier).map(\.rawValue)
        == ["siamese"])
  }
}
