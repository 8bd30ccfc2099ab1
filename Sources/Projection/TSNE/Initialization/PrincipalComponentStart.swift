import LikenessCore

/// The first principal components, which keep what is far apart far apart: Kobak and Linderman, "Initialization is
/// critical for preserving global data structure in both t-SNE and UMAP" (2021).
public struct PrincipalComponentStart: TSNEInitializer {
  public let name = "pca"
  public let summary =
    "along the directions in which faces differ most, so that large distances are kept"

  public init() {}

  public func start(
    of vectors: EmbeddingMatrix, dimensions: Int, seed: UInt64, threads: Int
  ) throws(ProjectionError) -> TSNEStart {
    let components = try PCA(vectors, threads: threads)
    return TSNEStart(
      layout: try components.layout(of: vectors, dimensions: min(dimensions, vectors.dimensions)),
      deviation: components.explainedVariance[0].squareRoot())
  }
}
