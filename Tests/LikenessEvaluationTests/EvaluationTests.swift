import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct PairScoresTests {
  private func pair(_ distance: Float, _ isSame: Bool, _ fold: Int = 0) -> PairScores.Pair {
    .init(distance: distance, isSame: isSame, fold: fold)
  }

  @Test func theBestThresholdHasTheHighestAccuracy() {
    let pairs = [
      pair(0.1, true), pair(0.2, true), pair(0.5, false), pair(0.6, true), pair(0.9, false),
    ]
    let threshold = PairScores.bestThreshold(pairs)
    #expect(PairScores.accuracy(pairs, threshold: threshold) == 0.8)
    // No threshold at all does better.
    for other in stride(from: Float(0), to: 1, by: 0.01) {
      #expect(PairScores.accuracy(pairs, threshold: other) <= 0.8)
    }
  }

  @Test func foldsAreScoredWithTheThresholdOfTheOthers() {
    // Fold 1 needs another threshold than fold 0, so each fails on half of its pairs.
    let scores = PairScores(pairs: [
      pair(0.1, true, 0), pair(0.3, false, 0), pair(0.5, true, 1), pair(0.7, false, 1),
    ])
    let result = scores.crossValidated()
    #expect(result.accuracy == 0.5)
  }

  @Test func trueAcceptsAreCountedBelowTheAllowedFalseOne() {
    let impostors = (0..<1000).map { pair(1 + Float($0) / 1000, false) }
    let genuine = (0..<100).map { pair(Float($0) / 50, true) }
    // One false accept in 1,000 is allowed: everything below the second nearest impostor.
    let rate = PairScores(pairs: impostors + genuine).trueAcceptRate(atFalseAcceptRate: 1e-3)
    #expect(rate == 0.51)
  }

  @Test func theLogisticFitFindsWhatMadeTheData() {
    var random = SplitMix64(seed: 11)
    let pairs = (0..<40_000).map { _ -> PairScores.Pair in
      let distance = Float.random(in: 0...1, using: &random)
      let chance = 1 / (1 + exp(12 * (distance - 0.4)))
      return pair(distance, Float.random(in: 0...1, using: &random) < chance)
    }
    let fit = PairScores(pairs: pairs).logisticFit()
    #expect(abs(fit.coefficient - 12) < 0.6)
    #expect(abs(fit.midpoint - 0.4) < 0.01)
  }
}

@Suite struct LFWDatasetTests {
  @Test func photosAndPairsAreRead() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in [
        "Aaron_Eckhart/Aaron_Eckhart_0001.jpg", "Zoe_B/Zoe_B_0001.jpg", "Zoe_B/Zoe_B_0002.jpg",
      ] {
        let file = folder.appendingPathComponent("images_deepfunneled/" + name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
      #expect(throws: LikenessError.self) { try LFWDataset(folder) }
      let text =
        "2\t1\nZoe_B\t1\t2\nAaron_Eckhart\t1\tZoe_B\t2\nZoe_B\t2\t1\nZoe_B\t1\tAaron_Eckhart\t1\n"
      try Data(text.utf8).write(to: folder.appendingPathComponent("pairs.txt"))
      let dataset = try LFWDataset(folder)
      #expect(
        dataset.photos.map(\.fileName) == [
          "Aaron_Eckhart_0001.jpg", "Zoe_B_0001.jpg", "Zoe_B_0002.jpg",
        ])
      #expect(dataset.pairs.map(\.isSame) == [true, false, true, false])
      #expect(dataset.pairs.map(\.fold) == [0, 0, 1, 1])
      #expect(dataset.developmentPairs.isEmpty)
    }
  }
}
