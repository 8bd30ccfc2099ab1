import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct ExactIndexTests {
  static let kinds: [(String, EmbeddingMatrix)] = [
    ("random", SampleVectors.random(700, 24, seed: 1)),
    ("clustered", SampleVectors.clustered(1500, 40, seed: 2)),
    ("repeated", SampleVectors.repeated(400, 3, seed: 3)),
    ("equal", SampleVectors.equal(300, 7, to: 0.25)),
    ("zero", SampleVectors.equal(90, 33, to: 0)),
    ("odd", SampleVectors.odd(300, 5, seed: 4)),
    ("one", SampleVectors.random(1, 128, seed: 5)),
    ("one dimension", SampleVectors.random(200, 1, seed: 6)),
    ("many dimensions", SampleVectors.random(80, 2048, seed: 7)),
  ]

  @Test(arguments: kinds, Metric.allCases)
  func agreesWithComparingAll(_ kind: (name: String, vectors: EmbeddingMatrix), _ metric: Metric)
    throws
  {
    let index = try ExactIndex(kind.vectors, metric: metric)
    let plain = PlainSearch(kind.vectors)
    let dimensions = kind.vectors.dimensions
    let strangers = SampleVectors.odd(4, dimensions, seed: 8)
    let queries =
      [
        kind.vectors[0], kind.vectors[kind.vectors.count / 2],
        SampleVectors.random(1, dimensions, seed: 9)[0],
      ]
      + (0..<strangers.count).map { strangers[$0] }
    for query in queries {
      for count in [1, 3, 10, kind.vectors.count, kind.vectors.count + 5] {
        let found = try index.search(query, count: count)
        let truth = plain.search(query, count: count, metric: metric)
        #expect(expectSame(found, truth), "\(kind.name) \(count)")
      }
    }
  }

  @Test func anyMetricIsAnswered() throws {
    let vectors = SampleVectors.clustered(600, 16, seed: 10)
    let index = try ExactIndex(vectors, metric: .l2)
    for metric in Metric.allCases {
      let found = try index.search(vectors[5], count: 9, metric: metric)
      #expect(
        expectSame(found, PlainSearch(vectors).search(vectors[5], count: 9, metric: metric)))
    }
  }

  @Test(arguments: [1, 2]) func manyQueriesAreAnsweredAsOne(_ threads: Int) throws {
    let vectors = SampleVectors.clustered(2500, 20, seed: 11)
    let index = try ExactIndex(vectors)
    let queries = SampleVectors.clustered(75, 20, seed: 12)
    let found = try index.search(queries, count: 7, threads: threads)
    #expect(found.count == 75)
    for row in 0..<queries.count {
      #expect(expectSame(found[row], try index.search(queries[row], count: 7)))
    }
  }

  @Test(arguments: [1, 7, 100, 5000]) func onlyAllowedOnesAreAnswered(_ step: Int64) throws {
    let vectors = SampleVectors.clustered(3000, 8, seed: 13)
    let index = try ExactIndex(vectors)
    let allowed = Set(stride(from: step / 2, to: 3000, by: Int(step)))
    for filter in [SearchFilter.ids(allowed), .matching { allowed.contains($0) }] {
      let found = try index.search(vectors[77], count: 12, filter: filter)
      let truth = PlainSearch(vectors).search(vectors[77], count: 12, metric: .l2) {
        allowed.contains($0)
      }
      #expect(expectSame(found, truth))
    }
  }

  @Test func followsInsertionsAndRemovals() throws {
    var random = SplitMix64(seed: 14)
    let index = try ExactIndex(dimensions: 12)
    var plain = PlainSearch()
    for round in 0..<60 {
      let vectors = SampleVectors.repeated(
        Int.random(in: 1...40, using: &random), 12, seed: UInt64(round))
      // Some ids are new and some are there.
      var ids: Set<Int64> = []
      while ids.count < vectors.count { ids.insert(.random(in: 0..<400, using: &random)) }
      let order = ids.sorted()
      try index.insert(vectors, ids: order)
      for (row, id) in order.enumerated() { plain.vectors[id] = vectors[row] }
      let leaving = (0..<Int.random(in: 0...30, using: &random)).map { _ in
        Int64.random(in: 0..<400, using: &random)
      }
      let there = Set(leaving).filter { plain.vectors[$0] != nil }
      #expect(index.remove(leaving) == there.count)
      for id in leaving { plain.vectors[id] = nil }
      #expect(index.count == plain.vectors.count)
      let query = SampleVectors.random(1, 12, seed: UInt64(1000 + round))[0]
      #expect(
        expectSame(
          try index.search(query, count: 15), plain.search(query, count: 15, metric: .l2)))
    }
  }

  @Test func nothingOfARemovedVectorStaysInMemory() throws {
    let vectors = SampleVectors.random(20, 9, seed: 15)
    let index = try ExactIndex(vectors)
    index.remove([7])
    let store = index.store
    #expect(store.vector(7).allSatisfy { $0 == 0 })
    let code = UnsafeBufferPointer(
      start: store.codes.start + 7 * store.codeSize, count: store.codeSize)
    #expect(code.allSatisfy { $0 == 0 })
    #expect(try !index.search(vectors[7], count: 20).contains { $0.id == 7 })
  }

  @Test(arguments: [1e-30, 1e30] as [Float])
  func aDirectionIsFoundHoweverLongItIs(_ scale: Float) throws {
    let vectors = SampleVectors.random(300, 16, seed: 21)
    let index = try ExactIndex(vectors, metric: .cosine)
    for row in [0, 7, 299] {
      let found = try index.search(vectors[row], count: 9)
      let long = Embedding(vectors[row].values.map { $0 * scale })
      let again = try index.search(long, count: 9)
      #expect(found.map(\.id) == again.map(\.id) && again.first?.id == Int64(row))
    }
  }

  @Test func invalidQueriesAreErrors() throws {
    let index = try ExactIndex(dimensions: 4)
    #expect(try index.search(Embedding([1, 2, 3, 4]), count: 3).isEmpty)
    #expect(throws: IndexError.dimensionMismatch(expected: 4, found: 3)) {
      try index.search(Embedding([1, 2, 3]), count: 3)
    }
    try index.insert(SampleVectors.random(3, 4, seed: 1), ids: [5, 6, 7])
    #expect(try index.search(Embedding([1, 2, 3, 4]), count: 0).isEmpty)
  }
}
