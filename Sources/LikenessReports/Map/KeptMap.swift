import Foundation
import GalleryCore
import LikenessCore
import LikenessKit
import Projection
import VectorSearch

/// A map that the gallery keeps, and the faces that it has now: most have their places there, new ones are placed.
struct KeptMap {
  let stored: StoredMap
  /// `(n, dimensions)`; that of a face without a place is 0 until it is placed.
  private(set) var layout: Layout
  /// Which faces the map was made without, `(n,)`.
  private(set) var isPlaced: [Bool]
  /// The rows of faces that have no place yet.
  private(set) var fresh: [Int] = []
  private var known: [Int] = []
  private let ids: [FaceID]

  /// - Parameter ids: of the faces that it is to show, `(n,)`.
  /// - Returns: nil where none of them has a place.
  init?(_ stored: StoredMap, _ ids: [FaceID], dimensions: Int) {
    (self.stored, self.ids) = (stored, ids)
    isPlaced = Array(repeating: true, count: ids.count)
    var coordinates: [Float] = []
    coordinates.reserveCapacity(ids.count * dimensions)
    for (row, id) in ids.enumerated() {
      if let point = stored.points[id], point.position.count == dimensions {
        known.append(row)
        isPlaced[row] = point.isPlaced
        coordinates += point.position
      } else {
        fresh.append(row)
        coordinates += repeatElement(0, count: dimensions)
      }
    }
    guard !known.isEmpty else { return nil }
    layout = Layout(dimensions: dimensions, coordinates: coordinates)
  }

  /// Whether more of the faces were placed, or are to be, than the map was made of. Each of them looks at those of the map
  /// only: what the new ones have to do with each other does not show, so such a map is made anew.
  var isOutgrown: Bool { 2 * isPlaced.count { $0 } > ids.count }

  /// How it was made, and how many faces came later.
  var facts: [FaceMap.Fact] {
    var facts =
      (try? JSONDecoder().decode([FaceMap.Fact].self, from: Data(stored.details.utf8))) ?? []
    facts.removeAll { ["Faces", "Placed later"].contains($0.title) }
    let placed = isPlaced.count { $0 }
    if placed > 0 { facts.append(.init("Placed later", "\(placed)")) }
    facts.append(.init("Faces", "\(ids.count)"))
    return facts
  }

  /// Some at a time, so that an end can be asked for.
  private static let placedAtOnce = 128

  /// Finds a place for each face that has none.
  /// - Parameters:
  ///   - embeddings: of these faces, `(m, d)`.
  ///   - search: of t-SNE, finds those that they look like.
  /// - Throws: `ProjectionError`, `MapError.interrupted`, and what the search throws
  mutating func place(
    _ embeddings: EmbeddingMatrix, _ options: MapOptions, _ search: any NeighborSearch,
    isCancelled: () -> Bool, progress: (MapProgress) -> Void
  ) throws {
    let dimensions = layout.dimensions
    let isProjection =
      options.method == .pca && stored.axes.count >= embeddings.dimensions
      && stored.axes.count % embeddings.dimensions == 0
    if isProjection {
      put(MapProjection.projected(embeddings, stored.axes, dimensions), fresh[...])
      return
    }
    let base = Layout(
      dimensions: dimensions,
      coordinates: known.flatMap {
        layout.coordinates[$0 * dimensions..<($0 + 1) * dimensions]
      })
    let places = Dictionary(
      uniqueKeysWithValues: known.enumerated().map { (ids[$1], Int32($0)) })
    let others = Set(places.keys)
    var placing = TSNEOptions()
    placing.threads = ProcessorQuota.count
    for start in stride(from: 0, to: fresh.count, by: Self.placedAtOnce) {
      if isCancelled() { throw MapError.interrupted }
      progress(MapProgress(stage: .placing, done: start, total: fresh.count))
      let some = start..<min(start + Self.placedAtOnce, fresh.count)
      let lists = try search.nearest(
        to: embeddings[some], of: fresh[some].map { ids[$0] },
        count: TSNE.placingNeighborCount, among: others)
      put(try TSNE.place(NeighborTable(lists, places), on: base, options: placing), fresh[some])
    }
  }

  private mutating func put(_ places: Layout, _ rows: ArraySlice<Int>) {
    let dimensions = layout.dimensions
    for (place, row) in rows.enumerated() {
      for axis in 0..<dimensions {
        layout.coordinates[row * dimensions + axis] =
          places.coordinates[place * dimensions + axis]
      }
    }
  }
}

extension NeighborTable {
  /// - Parameter places: the rows of the faces that are found.
  fileprivate init(_ lists: [[MapNeighbor]], _ places: [FaceID: Int32]) {
    let width = lists.map(\.count).max() ?? 0
    var rows = [Int32](repeating: -1, count: lists.count * width)
    var distances = [Float](repeating: .infinity, count: lists.count * width)
    for (row, list) in lists.enumerated() {
      for (column, neighbor) in list.enumerated() {
        guard let place = places[neighbor.face] else { continue }
        rows[row * width + column] = place
        distances[row * width + column] = neighbor.distance
      }
    }
    self.init(count: lists.count, width: width, rows: rows, distances: distances)
  }
}
