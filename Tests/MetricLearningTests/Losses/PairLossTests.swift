import Foundation
import Testing

@testable import MetricLearning

@Suite struct PairLossTests {
  let values = Numbers.cloud(20, seed: 5)
  let labels = [0, 0, 1, 1, 2]

  @Test func `contrastive`() throws {
    let pairs = Pairs(all: labels)
    #expect(pairs.count == 10 && pairs.areSame.filter { $0 }.count == 2)
    try expectLoss(values, shape: [5, 4]) {
      ContrastiveLoss(margin: 1.5)($0, pairs)
    } equals: { values in
      let rows = Numbers.rows(values, 4)
      var sum = 0.0
      for a in 0..<5 {
        for b in (a + 1)..<5 {
          let distance = Numbers.distance(rows[a], rows[b])
          sum +=
            labels[a] == labels[b]
            ? distance * distance / 2 : pow(max(0, 1.5 - distance), 2) / 2
        }
      }
      return sum / 10
    }
  }

  @Test func `binary cross-entropy`() throws {
    let areSame = [true, false, true, false, false]
    let logits = [0.3, -2, 4, 1.5, 0]
    try expectLoss(logits, shape: [5]) {
      PairLoss()($0, areSame: areSame)
    } equals: { logits in
      zip(logits, areSame).map { logit, isSame in
        let p = 1 / (1 + exp(-logit))
        return isSame ? -log(p) : -log(1 - p)
      }.reduce(0, +) / 5
    }
  }

  @Test func `far logits stay finite`() throws {
    try Torch.load()
    let logits = Tensor([Float(1000), -1000, 1000])
    #expect(abs(PairLoss()(logits, areSame: [true, false, false]).item - 1000.0 / 3) < 1e-3)
  }
}
