import Foundation
import LikenessCore
import LikenessKit
import Projection
import VectorSearch

/// The places of faces on a map that is made now.
struct MapProjection {
  let layout: Layout
  /// How it was made.
  private(set) var facts: [FaceMap.Fact]
  /// Of PCA the middle and then the axes, of d numbers each: those of plain embeddings, also where they were standardized.
  private(set) var axes: [Float] = []
  /// Of too few faces there is a picture for the moment only.
  private(set) var isLasting = true

  /// How many neighbours of each face the method looks at.
  static func neighborsNeeded(_ options: MapOptions, faces: Int) -> Int {
    guard let perplexity = perplexity(options, faces: faces) else { return 0 }
    return Int(min(Double(faces - 1), (3 * perplexity).rounded(.up)))
  }

  /// What t-SNE works with; nil for PCA, which also stands in where there are too few faces.
  private static func perplexity(_ options: MapOptions, faces: Int) -> Double? {
    guard options.method == .tsne else { return nil }
    if let perplexity = options.perplexity { return perplexity }
    let largest = ProjectionError.largestPerplexity(count: faces)
    return largest < 1 ? nil : min(30, largest)
  }

  /// - Parameters:
  ///   - near: enough neighbours of each for t-SNE, which lets go of them before its first step; PCA needs none.
  /// - Throws: `ProjectionError`, `MapError.interrupted`
  init(
    _ embeddings: EmbeddingMatrix, _ near: consuming NeighborTable?, _ options: MapOptions,
    isCancelled: () -> Bool, progress: (MapProgress) -> Void
  ) throws {
    let (dimensions, count) = (options.dimensions, embeddings.count)
    if let perplexity = Self.perplexity(options, faces: count) {
      let map = try TSNE.fit(
        embeddings, neighbors: consume near, options: options.tsne(perplexity: perplexity)
      ) { report in
        progress(
          MapProgress(
            stage: .layout, done: report.iteration, total: report.iterations,
            divergence: report.divergence))
        return !isCancelled()
      }
      if isCancelled() { throw MapError.interrupted }
      layout = map.layout
      facts = [
        .init("Method", "t-SNE"), .init("Perplexity", Self.text(perplexity)),
        .init("KL divergence", String(format: "%.3f", map.divergence)),
        .init("Steps", "\(map.iterations)"), .init("Seed", "\(options.seed)"),
        .init("Dimensions", "\(dimensions)"),
      ]
      if options.initialization != .standard {
        facts.append(.init("Initialization", options.initialization.rawValue))
      }
    } else {
      let isStandardized = options.method == .pca && options.isStandardized
      let pca = try PCA(embeddings, standardizes: isStandardized)
      let known = min(dimensions, embeddings.dimensions)
      axes = (pca.mean + pca.axes(known)).map { Float($0) }
      layout = Self.projected(embeddings, axes, dimensions)
      let share = pca.explainedVarianceRatio.prefix(known).reduce(0, +)
      facts = [
        .init("Method", "PCA"), .init("Variance shown", String(format: "%.0f %%", 100 * share)),
        .init("Dimensions", "\(dimensions)"),
      ]
      if isStandardized { facts.append(.init("Standardized", "each dimension")) }
      if options.method == .tsne {
        isLasting = false
        facts.append(.init("Instead of", "t-SNE, which needs four faces"))
      }
    }
    facts.append(.init("Faces", "\(count)"))
  }

  /// Along axes, of which the middle goes before; missing ones leave 0.
  static func projected(
    _ embeddings: EmbeddingMatrix, _ axes: [Float], _ dimensions: Int
  ) -> Layout {
    let width = embeddings.dimensions
    let known = min(dimensions, axes.count / width - 1)
    var coordinates: [Float] = []
    coordinates.reserveCapacity(embeddings.count * dimensions)
    for row in 0..<embeddings.count {
      embeddings.withRow(row) { values in
        for axis in 0..<dimensions {
          guard axis < known else {
            coordinates.append(0)
            continue
          }
          var sum = 0.0
          for column in 0..<width {
            sum +=
              Double(values[column] - axes[column]) * Double(axes[(axis + 1) * width + column])
          }
          coordinates.append(Float(sum))
        }
      }
    }
    return Layout(dimensions: dimensions, coordinates: coordinates)
  }

  private static func text(_ perplexity: Double) -> String {
    perplexity == perplexity.rounded() ? "\(Int(perplexity))" : String(format: "%.1f", perplexity)
  }
}
