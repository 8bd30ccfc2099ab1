import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct BoundedHeapTests {
  @Test(arguments: [1, 2, 5, 63, 64, 65, 300]) func anyOrderOfOffersGivesTheSame(
    _ capacity: Int
  ) {
    var random = SplitMix64(seed: 41)
    for size in [0, 1, 2, 3, 10, 64, 200] {
      // Few different distances, so that ties are common.
      let offers = (0..<size).map {
        Neighbor(id: Int64($0), distance: Float(Int.random(in: 0..<9, using: &random)))
      }
      var heap = BoundedHeap(capacity: capacity)
      for offer in offers.shuffled(using: &random) { heap.offer(offer) }
      let sorted = offers.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }
      #expect(heap.sorted() == Array(sorted.prefix(capacity)))
    }
  }

  @Test func notANumberIsFartherThanEverything() {
    var heap = BoundedHeap(capacity: 3)
    for (id, distance) in [Float.nan, 3, .infinity, 1, .nan, 2].enumerated() {
      heap.offer(Neighbor(id: Int64(id), distance: distance))
    }
    #expect(heap.sorted().map(\.id) == [3, 5, 1])
    #expect(heap.limit == 3)
  }

  @Test func aHeapOfCapacityZeroStaysEmpty() {
    var heap = BoundedHeap(capacity: 0)
    heap.offer(Neighbor(id: 1, distance: 0))
    #expect(heap.sorted().isEmpty)
  }
}
