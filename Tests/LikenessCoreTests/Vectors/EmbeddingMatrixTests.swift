import TestSupport
import Testing

@testable import LikenessCore

@Suite struct EmbeddingMatrixTests {
  @Test func rowsHaveOneOrderWhereverTheyStand() {
    var random = SplitMix64(seed: 8)
    let rows = (0..<200).map { _ in
      Embedding((0..<5).map { _ in .random(in: -1...1, using: &random) })
    }
    let matrix = EmbeddingMatrix(rows)
    let ordered = matrix[matrix.orderOfContent()]
    #expect(ordered.count == 200 && ordered != matrix)
    for _ in 0..<5 {
      let other = EmbeddingMatrix(rows.shuffled(using: &random))
      #expect(other[other.orderOfContent()] == ordered)
    }
    // It says nothing of the numbers themselves.
    let rising = EmbeddingMatrix(dimensions: 1, values: (0..<1000).map { Float($0) })
    let order = rising.orderOfContent()
    #expect(zip(order, order.dropFirst()).count { $0 < $1 } < 600)
    #expect(EmbeddingMatrix(dimensions: 3).orderOfContent().isEmpty)
  }
}
