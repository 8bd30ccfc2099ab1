import LikenessCore
import Testing

@testable import VectorSearch

/// Many queries with one answer, and the neighbours of vectors that an index holds.
@Suite struct NearestToAnyTests {
  /// By comparing all pairs.
  private func expected(
    _ queries: EmbeddingMatrix, _ plain: PlainSearch, count: Int, metric: Metric,
    filter: (Int64) -> Bool = { _ in true }
  ) -> [NearestToAny] {
    let answers = (0..<queries.count).map {
      plain.search(queries[$0], count: .max, metric: metric, filter: filter)
    }
    return NearestToAny.merged(answers, count: count)
  }

  @Test(arguments: Metric.allCases, [Metric.l2, .cosine])
  func allPairsAreCompared(_ metric: Metric, _ own: Metric) throws {
    for vectors in [
      SampleVectors.clustered(3_000, 24, seed: 3), SampleVectors.random(3_000, 24, seed: 4),
      // Many at one distance.
      SampleVectors.repeated(2_000, 5, seed: 5),
    ] {
      let index = try VectorIndex(dimensions: vectors.dimensions, metric: own)
      try index.insert(vectors, ids: 0..<Int64(vectors.count))
      let plain = PlainSearch(vectors)
      let queries = vectors[Array(stride(from: 0, to: vectors.count, by: 131))]
      let askers = Set(stride(from: Int64(0), to: Int64(vectors.count), by: 131))
      for count in [1, 7, 300] {
        let found = try index.search(
          anyOf: queries, count: count, metric: metric,
          filter: .matching { !askers.contains($0) }, threads: 2)
        #expect(
          found
            == expected(queries, plain, count: count, metric: metric) { !askers.contains($0) })
      }
    }
  }

  @Test func whatWasRemovedIsNoAnswer() throws {
    let vectors = SampleVectors.clustered(2_500, 8, seed: 7)
    let index = try VectorIndex(dimensions: 8)
    try index.insert(vectors, ids: 0..<2_500)
    let going = Set((0..<2_500).filter { $0 % 3 == 0 }.map(Int64.init))
    try index.remove(going)
    let queries = vectors[Array(0..<20)]
    var plain = PlainSearch(vectors)
    for id in going { plain.vectors[id] = nil }
    for metric in Metric.allCases {
      let found = try index.search(anyOf: queries, count: 40, metric: metric)
      #expect(found == expected(queries, plain, count: 40, metric: metric))
    }
    #expect(try index.search(anyOf: queries, count: 0).isEmpty)
    #expect(try index.search(anyOf: queries, count: 5_000).count == index.count)
    #expect(throws: IndexError.dimensionMismatch(expected: 8, found: 3)) {
      try index.search(anyOf: EmbeddingMatrix(dimensions: 3, values: [1, 2, 3]), count: 1)
    }
  }

  @Test func vectorsWithoutADirectionAreFound() throws {
    // Lengths from nothing to much, so that the bounds on a cosine distance are of little use.
    var values: [Float] = []
    for row in 0..<1_200 {
      let length = row % 5 == 0 ? 0 : Float(row % 97) * 0.3
      values += SampleVectors.random(1, 6, seed: UInt64(row)).values.map { $0 * length }
    }
    let vectors = EmbeddingMatrix(dimensions: 6, values: values)
    let index = try VectorIndex(dimensions: 6)
    try index.insert(vectors, ids: 0..<1_200)
    let queries = vectors[Array(1..<30)]
    let found = try index.search(anyOf: queries, count: 60, metric: .cosine)
    #expect(
      found == expected(queries, PlainSearch(vectors), count: 60, metric: .cosine))
  }

  @Test func membersFindTheirNeighbors() throws {
    let vectors = SampleVectors.clustered(2_300, 16, seed: 11)
    let index = try VectorIndex(
      dimensions: 16, graphThreshold: 500,
      parameters: HNSWParameters(links: 8, constructionBeam: 60))
    let ids = (0..<2_300).map { Int64(2 * $0) }
    var reports: [Int] = []
    try index.insert(vectors, ids: ids, threads: 2) { done, total in
      #expect(total == 2_300)
      reports.append(done)
    }
    #expect(reports.first == 0 && reports.last == 2_300)
    let beam = try #require(try index.memberBeam(count: 11, recall: 0.99, threads: 2))
    let table = try NeighborTable(
      of: vectors, in: index, ids: ids, width: 10, threads: 2, progress: { _, _ in })
    let exact = try NeighborTable(of: vectors, width: 10)
    var found = 0
    for row in 0..<vectors.count { found += Set(table[row]).intersection(exact[row]).count }
    #expect(Double(found) > 0.98 * Double(10 * vectors.count), "beam \(beam), \(found)")
    // Under a number that the index does not hold, or through a filter, it is a search as any other.
    let strangers = try index.search(
      vectors[0..<3], of: [1, 3, 5], count: 4, beam: beam, filter: .all, threads: 1)
    #expect(strangers.allSatisfy { $0.count == 4 } && strangers[0].first?.id == 0)
    let few = try index.search(
      vectors[0..<2], of: ids[0..<2], count: 5, beam: beam, filter: .ids([0, 2, 4_000]),
      threads: 1)
    #expect(few.allSatisfy { Set($0.map(\.id)) == [0, 2, 4_000] })
  }
}
