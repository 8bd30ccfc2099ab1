import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct TripletMinerTests {
  let labels = [0, 1, 0, 2, 1, 0, 2, 3, 1, 0]
  let rows = Numbers.rows(Numbers.cloud(40, seed: 31), 4).map(Numbers.unit)

  private func matrix() throws -> DistanceMatrix {
    try Torch.load()
    return DistanceMatrix(Tensor(rows.flatMap { $0.map(Float.init) }, shape: [10, 4]))
  }

  private func mine(_ miner: some TripletMiner, seed: UInt64 = 4) throws -> [[Int]] {
    var random = SplitMix64(seed: seed)
    let found = miner.triplets(try matrix(), labels: labels, using: &random)
    return (0..<found.count).map { [found.anchors[$0], found.positives[$0], found.negatives[$0]] }
  }

  /// All that are allowed, by three loops.
  private var all: [[Int]] {
    var result: [[Int]] = []
    for a in 0..<10 {
      for p in 0..<10 where p != a && labels[p] == labels[a] {
        for n in 0..<10 where labels[n] != labels[a] { result.append([a, p, n]) }
      }
    }
    return result
  }

  @Test func `distances are Euclidean`() throws {
    let matrix = try matrix()
    for a in 0..<10 {
      for b in 0..<10 {
        #expect(abs(Double(matrix[a, b]) - Numbers.distance(rows[a], rows[b])) < 1e-6)
      }
    }
  }

  @Test func `batch-all takes all`() throws {
    #expect(try mine(BatchAllMiner()) == all)
    // 4 of one class, 3 and 2 of others: 12 · 6 + 6 · 7 + 2 · 8.
    #expect(all.count == 130)
  }

  @Test func `random takes one negative a pair, another for another seed`() throws {
    let found = try mine(RandomMiner())
    let pairs = Set(all.map { Array($0.prefix(2)) })
    #expect(found.count == pairs.count && Set(found.map { Array($0.prefix(2)) }) == pairs)
    #expect(Set(found).isSubset(of: Set(all)))
    #expect(try mine(RandomMiner()) == found)
    #expect(try mine(RandomMiner(), seed: 5) != found)
  }

  @Test func `batch-hard takes the extremes`() throws {
    let matrix = try matrix()
    var expected: [[Int]] = []
    for a in 0..<10 {
      let positives = (0..<10).filter { $0 != a && labels[$0] == labels[a] }
      let negatives = (0..<10).filter { labels[$0] != labels[a] }
      guard let p = positives.max(by: { matrix[a, $0] < matrix[a, $1] }),
        let n = negatives.min(by: { matrix[a, $0] < matrix[a, $1] })
      else { continue }
      expected.append([a, p, n])
    }
    #expect(try mine(BatchHardMiner()) == expected)
    #expect(expected.count == 9)
  }

  @Test func `semi-hard takes the nearest beyond the positive`() throws {
    let matrix = try matrix()
    var fallbacks = 0
    let found = try mine(SemiHardMiner())
    for pair in Set(all.map { Array($0.prefix(2)) }) {
      let candidates = all.filter { Array($0.prefix(2)) == pair }.map { $0[2] }
      let (a, p) = (pair[0], pair[1])
      let beyond = candidates.filter { matrix[a, $0] > matrix[a, p] }
      if beyond.isEmpty { fallbacks += 1 }
      let expected =
        beyond.min { matrix[a, $0] < matrix[a, $1] }
        ?? candidates.max { matrix[a, $0] < matrix[a, $1] }
      #expect(found.filter { Array($0.prefix(2)) == pair } == [[a, p, try #require(expected)]])
    }
    #expect(fallbacks < 20)
  }

  @Test func `a collapsed batch still has triplets`() {
    let matrix = DistanceMatrix(count: 4, values: [Float](repeating: 0, count: 16))
    var random = SplitMix64(seed: 1)
    #expect(SemiHardMiner().triplets(matrix, labels: [0, 0, 1, 1], using: &random).count == 4)
    #expect(BatchHardMiner().triplets(matrix, labels: [0, 0, 1, 1], using: &random).count == 4)
    #expect(BatchAllMiner().triplets(matrix, labels: [0, 0, 0, 0], using: &random).count == 0)
  }

  @Test func `distance-weighted draws by the inverse of how common a distance is`() throws {
    let miner = DistanceWeightedMiner(dimensions: 4)
    let weights = miner.weights([0.2, 0.5, 0.9, 1.3, 1.5])
    // 1 / (d² · √(1 − d²/4)) of each, 0.2 counting as 0.5; the last is out of reach.
    func plain(_ d: Double) -> Double { 1 / (d * d * (1 - d * d / 4).squareRoot()) }
    let expected = [0.5, 0.5, 0.9, 1.3].map { plain($0) / plain(0.5) } + [0]
    for (weight, other) in zip(weights, expected) { #expect(abs(weight - other) < 1e-6) }
    #expect(miner.weights([1.5, 1.9]) == [1, 1])

    // Drawn often enough, the shares are the weights'.
    let matrix = DistanceMatrix(
      count: 5,
      values: [
        0, 0.3, 0.6, 0.9, 1.2, 0.3, 0, 1, 1, 1, 0.6, 1, 0, 1, 1, 0.9, 1, 1, 0, 1, 1.2, 1, 1, 1, 0,
      ])
    var random = SplitMix64(seed: 6)
    var counts = [Double](repeating: 0, count: 5)
    for _ in 0..<4000 {
      let found = miner.triplets(matrix, labels: [0, 0, 1, 2, 3], using: &random)
      for index in 0..<found.count where found.anchors[index] == 0 {
        counts[found.negatives[index]] += 1
      }
    }
    let shares = miner.weights([0.6, 0.9, 1.2])
    for (index, share) in shares.enumerated() {
      #expect(abs(counts[2 + index] / 4000 - share / shares.reduce(0, +)) < 0.03)
    }
  }
}
