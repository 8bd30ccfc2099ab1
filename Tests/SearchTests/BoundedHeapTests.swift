import TestSupport
import Testing
import Vectors

@testable import Search

@Suite struct BoundedHeapTests {
  @Test(arguments: [1, 2, 5, 63, 64, 65, 300]) func anyOrderOfOffersGivesTheSame(
    _ capacity: Int
  ) {
    var random = SplitMix64(seed: 41)
    for size in [0, 1, 2, 3, 10, 64, 200] {
      // Few different distances, so that ties are common.
      let offers = (0..<size).map {
        Neighbor(row: $0, distance: Float(Int.random(in: 0..<9, using: &random)))
      }
      var heap = BoundedHeap(capacity: capacity)
      for offer in offers.shuffled(using: &random) { heap.offer(offer) }
      let sorted = offers.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
      #expect(heap.sorted() == Array(sorted.prefix(capacity)))
    }
  }

  @Test func aBrokenVectorNeverHidesAWholeOne() {
    let matrix = EmbeddingMatrix(dimensions: 1, values: [.nan, 3, 1, .nan, 2])
    let index = ExactIndex(matrix)
    for count in 1...5 {
      let found = index.nearest(to: Embedding([0]), count: count, metric: .l2)
      #expect(found.map(\.row) == Array([2, 4, 1, 0, 3].prefix(count)))
    }
  }

  @Test func anEmptyIndexHasNoAnswer() {
    let index = ExactIndex(EmbeddingMatrix(dimensions: 3))
    #expect(index.nearest(to: Embedding([1, 2, 3]), count: 5, metric: .cosine).isEmpty)
  }
}
