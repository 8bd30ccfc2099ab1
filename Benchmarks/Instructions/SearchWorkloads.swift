import LikenessCore
import VectorSearch

struct ExactSearch: Workload {
  static let name = "exact search"

  private let index: ExactIndex
  private let queries = MadeFaces.vectors(64, seed: 2)

  init() throws { index = try ExactIndex(MadeFaces.vectors(4_000), metric: .cosine) }

  func run() throws { _ = try index.search(queries, count: 10, threads: 1) }
}

struct GraphBuilding: Workload {
  static let name = "graph building"

  private let vectors = MadeFaces.vectors(1_500)

  init() throws {}

  func run() throws { _ = try index() }

  func index() throws -> VectorIndex {
    let index = try VectorIndex(dimensions: vectors.dimensions, metric: .cosine, graphThreshold: 1)
    try index.insert(vectors, ids: 0..<Int64(vectors.count), threads: 1)
    return index
  }
}

struct GraphSearch: Workload {
  static let name = "graph search"

  private let index: VectorIndex
  private let queries = MadeFaces.vectors(300, seed: 2)

  init() throws { index = try GraphBuilding().index() }

  func run() throws {
    for query in 0..<queries.count {
      _ = try index.search(queries[query], count: 10, effort: .beam(64))
    }
  }
}
