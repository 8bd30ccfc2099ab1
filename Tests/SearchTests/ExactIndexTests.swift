import TestSupport
import Testing
import Vectors

@testable import Search

@Suite struct ExactIndexTests {
  private func vectors(_ count: Int, seed: UInt64) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    // Few different values, so that distances tie.
    return EmbeddingMatrix(
      dimensions: 3,
      values: (0..<3 * count).map { _ in Float(Int.random(in: 0...3, using: &random)) })
  }

  /// Every distance, sorted.
  private func plain(
    _ matrix: EmbeddingMatrix, _ query: Embedding, _ metric: Metric, _ isAllowed: (Int) -> Bool
  ) -> [Neighbor] {
    (0..<matrix.count).filter(isAllowed).map {
      Neighbor(row: $0, distance: metric.distance(query, matrix[$0]))
    }.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
  }

  @Test(arguments: Metric.allCases) func agreesWithSorting(_ metric: Metric) {
    for count in [1, 2, 7, 100, 500] {
      let matrix = vectors(count, seed: UInt64(count))
      let index = ExactIndex(matrix)
      for k in [1, 3, 10, count, count + 5] {
        let query = vectors(1, seed: UInt64(1000 + k))[0]
        let expected = plain(matrix, query, metric) { _ in true }
        #expect(index.nearest(to: query, count: k, metric: metric) == Array(expected.prefix(k)))
      }
    }
  }

  @Test func onlyAllowedRowsAreAnswered() {
    let matrix = vectors(200, seed: 3)
    let query = matrix[17]
    let expected = plain(matrix, query, .l2) { $0 % 7 == 0 }
    let found = ExactIndex(matrix).nearest(to: query, count: 12, metric: .l2) { $0 % 7 == 0 }
    #expect(found == Array(expected.prefix(12)))
    #expect(ExactIndex(matrix).nearest(to: query, count: 5, metric: .l2) { _ in false }.isEmpty)
    #expect(ExactIndex(matrix).nearest(to: query, count: 0, metric: .l2).isEmpty)
  }
}
