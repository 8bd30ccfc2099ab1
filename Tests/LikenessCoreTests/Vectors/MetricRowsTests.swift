import TestSupport
import Testing

@testable import LikenessCore

@Suite struct MetricRowsTests {
  @Test(arguments: Metric.allCases) func manyDistancesAreThoseOfEachPair(_ metric: Metric) {
    var random = SplitMix64(seed: 3)
    var matrix = EmbeddingMatrix(
      (0..<41).map { _ in
        Embedding((0..<37).map { _ in Float.random(in: -2...2, using: &random) })
      })
    // Without a direction: like nothing.
    matrix.append(Embedding(Array(repeating: 0, count: 37)))
    let rows = MetricRows(matrix, metric: metric)
    #expect(rows.count == 42 && rows.dimensions == 37)
    for row in 0..<rows.count {
      var found = [Float](repeating: -1, count: 30)
      rows.distances(from: row, to: 7..<37, into: &found)
      for (place, other) in (7..<37).enumerated() {
        let expected = metric.distance(matrix[row], matrix[other])
        #expect(abs(found[place] - expected) <= 1e-5 * max(1, expected), "\(row) \(other)")
        #expect(rows.distance(row, other) == found[place])
      }
      let nearest = rows.nearest(to: row, among: 7..<37)
      #expect(nearest.distance == found.min() && found[nearest.row - 7] == nearest.distance)
    }
  }

  @Test func ofSeveralAsNearTheFirstIsTaken() {
    let rows = MetricRows(
      EmbeddingMatrix([[3], [1], [5], [1]].map(Embedding.init)), metric: .l2)
    #expect(rows.nearest(to: 0, among: 1..<4) == (1, 2))
  }
}
