import Foundation
import GalleryCore
import LikenessCore
import LikenessKit
import Projection
import VectorSearch

/// The places of faces: made, or found on a map that the gallery keeps.
struct MapProjection {
  private(set) var layout: Layout
  /// How it was made.
  private(set) var facts: [FaceMap.Fact]
  /// Which faces the map was made without, `(n,)`.
  private(set) var isPlaced: [Bool]

  private let ids: [FaceID]
  /// Of PCA the middle and then the axes, of d numbers each: those of plain embeddings, also where they were standardized.
  private var axes: [Float] = []
  /// The map that faces were put on; nil for one that was made now.
  private var old: StoredMap?
  /// Of too few faces there is a picture for the moment only.
  private var isLasting = true

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
  ///   - ids: of the faces, `(n,)`.
  ///   - near: enough neighbours of each.
  ///   - old: a map of the same settings, on which faces keep their places.
  /// - Throws: `ProjectionError`, `MapError.interrupted`
  init(
    _ ids: [FaceID], _ embeddings: EmbeddingMatrix, _ near: NeighborTable, _ options: MapOptions,
    old: StoredMap?, isCancelled: () -> Bool, progress: (MapProgress) -> Void
  ) throws {
    self.ids = ids
    let dimensions = options.dimensions
    isPlaced = Array(repeating: false, count: ids.count)
    if let old, ids.contains(where: { old.points[$0]?.position.count == dimensions }) {
      layout = Layout(dimensions: dimensions, coordinates: [])
      facts = (try? JSONDecoder().decode([FaceMap.Fact].self, from: Data(old.details.utf8))) ?? []
      self.old = old
      try join(old, embeddings, options)
    } else if let perplexity = Self.perplexity(options, faces: ids.count) {
      let map = try TSNE.fit(
        embeddings, neighbors: near, options: options.tsne(perplexity: perplexity)
      ) { report in
        progress(
          MapProgress(
            done: report.iteration, total: report.iterations, divergence: report.divergence))
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
    facts.append(.init("Faces", "\(ids.count)"))
  }

  /// Leaves old faces where they are and finds a place for each new one.
  private mutating func join(
    _ old: StoredMap, _ embeddings: EmbeddingMatrix, _ options: MapOptions
  ) throws {
    let dimensions = options.dimensions
    var (known, fresh) = ([Int](), [Int]())
    for (row, id) in ids.enumerated() {
      if old.points[id]?.position.count == dimensions {
        known.append(row)
      } else {
        fresh.append(row)
      }
    }
    func matrix(_ rows: [Int]) -> EmbeddingMatrix {
      var matrix = EmbeddingMatrix(dimensions: embeddings.dimensions)
      for row in rows { matrix.append(embeddings[row]) }
      return matrix
    }
    let base = Layout(
      dimensions: dimensions, coordinates: known.flatMap { old.points[ids[$0]]?.position ?? [] })
    var coordinates = [Float](repeating: 0, count: ids.count * dimensions)
    func put(_ layout: Layout, _ rows: [Int]) {
      for (place, row) in rows.enumerated() {
        for axis in 0..<dimensions {
          coordinates[row * dimensions + axis] = layout.coordinates[place * dimensions + axis]
        }
      }
    }
    put(base, known)
    for row in known { isPlaced[row] = old.points[ids[row]]?.isPlaced ?? false }
    if !fresh.isEmpty {
      let isProjection =
        options.method == .pca && old.axes.count >= embeddings.dimensions
        && old.axes.count % embeddings.dimensions == 0
      put(
        isProjection
          ? Self.projected(matrix(fresh), old.axes, dimensions)
          : try TSNE.place(matrix(fresh), on: base, of: matrix(known)), fresh)
      for row in fresh { isPlaced[row] = true }
    }
    layout = Layout(dimensions: dimensions, coordinates: coordinates)
    facts.removeAll { ["Faces", "Placed later"].contains($0.title) }
    let placed = isPlaced.count { $0 }
    if placed > 0 { facts.append(.init("Placed later", "\(placed)")) }
  }

  /// Along axes, of which the middle goes before; missing ones leave 0.
  private static func projected(
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

  /// Keeps what is new in the gallery.
  /// - Returns: whether the gallery has the map now; false where it cannot be changed.
  /// - Throws: `GalleryError`
  func keep(by likeness: Likeness, _ options: MapOptions) throws -> Bool {
    guard isLasting else { return true }
    var points: [FaceID: MapPoint] = [:]
    for (row, id) in ids.enumerated() where old?.points[id]?.position.count != layout.dimensions {
      let start = row * layout.dimensions
      points[id] = MapPoint(
        position: Array(layout.coordinates[start..<start + layout.dimensions]),
        isPlaced: isPlaced[row])
    }
    guard !points.isEmpty else { return true }
    return try likeness.gallery.keepIfPossible { store in
      if let old {
        try store.addPoints(points, toMap: old.id)
      } else {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try store.keepMap(
          settings: options.settings,
          details: String(decoding: try encoder.encode(facts), as: UTF8.self), axes: axes,
          points: points)
      }
    }
  }
}
