import Clustering
import LikenessCore
import Projection
import VectorSearch

struct Clusters: Workload {
  static let name = "clustering"

  private let vectors = MadeFaces.vectors(1_500)
  private let neighbors: NeighborTable

  init() throws {
    neighbors = try NeighborTable(
      of: vectors, width: PeopleClustering.standardNeighbors, threads: 1)
  }

  func run() throws {
    _ = PeopleClustering(
      vectors, neighbors: neighbors,
      constraints: ClusteringConstraints(unconstrained: vectors.count), threads: 1
    ).clusters()
  }
}

struct Layout: Workload {
  static let name = "t-SNE"

  private let vectors = MadeFaces.vectors(600)
  private let neighbors: NeighborTable
  private var options = TSNEOptions()

  init() throws {
    (options.earlyIterations, options.iterations, options.threads) = (30, 30, 1)
    neighbors = try TSNE.neighbors(of: vectors, options: options)
  }

  func run() throws { _ = try TSNE.fit(vectors, neighbors: neighbors, options: options) }
}

struct Components: Workload {
  static let name = "PCA"

  private let vectors = MadeFaces.vectors(1_000)

  init() throws {}

  func run() throws { _ = try PCA(vectors).layout(of: vectors, dimensions: 3) }
}
