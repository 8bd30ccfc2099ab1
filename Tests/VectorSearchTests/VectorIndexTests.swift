import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct VectorIndexTests {
  @Test func becomesAGraphWhenItIsLarge() throws {
    let index = try VectorIndex(
      dimensions: 12, graphThreshold: 300,
      parameters: HNSWParameters(links: 6, constructionBeam: 40))
    let vectors = SampleVectors.clustered(500, 12, seed: 41)
    try index.insert(EmbeddingMatrix((0..<299).map { vectors[$0] }), ids: (0..<299).map(Int64.init))
    #expect(try index.info().kind == "exact")
    try index.insert(
      EmbeddingMatrix((299..<500).map { vectors[$0] }), ids: (299..<500).map(Int64.init))
    let info = try index.info()
    #expect(info.kind == "HNSW" && info.vectors == 500)
    // So few are compared all.
    #expect(info.recall == 1 && info.beam == nil && info.measurement == nil)
    let found = try index.search(vectors[450], count: 5)
    #expect(found.first == Neighbor(id: 450, distance: 0))
  }

  @Test func neighborsAreTheSameInParts() throws {
    let vectors = SampleVectors.clustered(5_000, 8, seed: 43)
    let index = try VectorIndex(dimensions: 8)
    let ids = (0..<5_000).map { Int64(3 * $0) }
    try index.insert(vectors, ids: ids)
    try index.insert(
      SampleVectors.clustered(9, 8, seed: 44), ids: (1...9).map { Int64(3 * $0 + 1) })
    let whole = try NeighborTable(of: vectors, in: index, ids: ids, width: 4)
    let order = vectors.orderOfContent()
    #expect(order.sorted() == Array(0..<vectors.count))
    let moved = whole.reordered(order)
    let again = try NeighborTable(
      of: vectors[order], in: index, ids: order.map { ids[$0] }, width: 4)
    #expect(moved.rows == again.rows && moved.distances == again.distances)
    var steps: [Int] = []
    let parts = try NeighborTable(of: vectors, in: index, ids: ids, width: 4) { done, _ in
      steps.append(done)
    }
    #expect(parts.rows == whole.rows && parts.distances == whole.distances)
    #expect(steps.count > 1 && steps.last == 5_000 && !parts.rows.contains(-1))
    #expect(throws: CancellationError.self) {
      try NeighborTable(of: vectors, in: index, ids: ids, width: 4) { _, _ in
        throw CancellationError()
      }
    }
  }

  @Test func invalidVectorsAreRejected() throws {
    let index = try VectorIndex(dimensions: 3)
    #expect(throws: IndexError.notFinite) {
      try index.insert(EmbeddingMatrix(dimensions: 3, values: [1, 2, 3, 4, .nan, 6]), ids: [1, 2])
    }
    #expect(throws: IndexError.dimensionMismatch(expected: 3, found: 2)) {
      try index.insert(EmbeddingMatrix(dimensions: 2, values: [1, 2]), ids: [1])
    }
    #expect(index.count == 0)
  }

  /// Random steps, each compared with a dictionary of vectors.
  @Test(arguments: [51, 52, 53] as [UInt64]) func behavesAsItsModel(_ seed: UInt64) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.index")
      var random = SplitMix64(seed: seed)
      var index = try VectorIndex(
        dimensions: 10, graphThreshold: 120,
        parameters: HNSWParameters(links: 5, constructionBeam: 30, seed: seed))
      var plain = PlainSearch()
      var recalls: [Double] = []
      for step in 0..<120 {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
          let vectors = SampleVectors.clustered(
            Int.random(in: 1...12, using: &random), 10, seed: seed &* 1000 &+ UInt64(step))
          // New ids and known ones: an insertion or an update.
          var ids: Set<Int64> = []
          while ids.count < vectors.count { ids.insert(.random(in: 0..<300, using: &random)) }
          try index.insert(vectors, ids: ids.sorted(), threads: 1)
          for (row, id) in ids.sorted().enumerated() { plain.vectors[id] = vectors[row] }
        case 4..<6:
          let leaving = (0..<4).map { _ in Int64.random(in: 0..<300, using: &random) }
          let removed = try index.remove(leaving)
          #expect(removed == Set(leaving).count { plain.vectors[$0] != nil })
          for id in leaving { plain.vectors[id] = nil }
        case 6:
          try index.save(to: file, stamp: IndexStamp(source: "model", revision: step))
          index = try VectorIndex(contentsOf: file, graphThreshold: 120)
          #expect(index.stamp == IndexStamp(source: "model", revision: step))
        default:
          let query = SampleVectors.clustered(1, 10, seed: UInt64(step))[0]
          let rest = Int64.random(in: 1...3, using: &random)
          let truth = plain.search(query, count: 6, metric: .l2) { $0 % rest == 0 }
          let found = try index.search(
            query, count: 6, effort: .beam(60),
            filter: rest == 1 ? .all : .matching { $0 % rest == 0 })
          #expect(found.count == truth.count)
          #expect(found.allSatisfy { $0.id % rest == 0 && plain.vectors[$0.id] != nil })
          recalls.append(recall(found, truth))
        }
        #expect(index.count == plain.vectors.count)
      }
      let mean = recalls.reduce(0, +) / Double(max(1, recalls.count))
      #expect(mean > 0.98, "\(mean)")
    }
  }

  @Test func concurrentUseIsSafe() async throws {
    let vectors = SampleVectors.clustered(500, 12, seed: 61)
    let index = try VectorIndex(
      dimensions: 12, graphThreshold: 150,
      parameters: HNSWParameters(links: 6, constructionBeam: 30))
    try index.insert(EmbeddingMatrix((0..<100).map { vectors[$0] }), ids: (0..<100).map(Int64.init))
    try await withThrowingTaskGroup { group in
      for reader in 0..<3 {
        group.addTask {
          for number in 0..<60 {
            let found = try index.search(vectors[(number * 7 + reader) % 500], count: 5)
            #expect(found.count == 5)
          }
        }
      }
      group.addTask {
        for first in stride(from: 100, to: 500, by: 20) {
          let rows = first..<first + 20
          try index.insert(EmbeddingMatrix(rows.map { vectors[$0] }), ids: rows.map(Int64.init))
          try index.remove([Int64(first - 3)])
        }
      }
      try await group.waitForAll()
    }
    #expect(index.count == 480)
  }
}
