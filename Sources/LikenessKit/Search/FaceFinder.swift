import GalleryCore
import LikenessCore
import VectorSearch

/// What finds the faces nearest to an embedding, of those that may answer: the index of a gallery in a folder, or the
/// server that a gallery lives on.
package protocol FaceFinder {
  var dimensions: Int { get }
  /// How many faces there are, whether they may answer or not.
  var count: Int { get }

  /// A face that was found, and the place of the query that it is nearest to.
  typealias Found = (face: FaceID, distance: Float, query: Int)

  /// For each query the nearest first; equal distances in the order of ids.
  func nearest(to queries: [Embedding], count: Int, metric: Metric) throws -> [[Neighbor]]

  /// The faces nearest to any of several queries, the nearest first; equal distances in the order of ids.
  /// - Parameter count: of each query at most; as many in all at least, where there are so many.
  /// - Returns: the faces, and the distance up to which none is missing.
  func nearest(
    toAnyOf queries: [Embedding], count: Int, metric: Metric
  ) throws -> (found: [Found], horizon: Float)
}

extension FaceFinder {
  package func nearest(
    toAnyOf queries: [Embedding], count: Int, metric: Metric
  ) throws -> (found: [Found], horizon: Float) {
    var nearest: [FaceID: Found] = [:]
    var horizon = Float.infinity
    for (number, neighbors) in try self.nearest(to: queries, count: count, metric: metric)
      .enumerated()
    {
      for neighbor in neighbors
      where neighbor.distance < nearest[neighbor.face]?.distance ?? .infinity {
        nearest[neighbor.face] = (neighbor.face, neighbor.distance, number)
      }
      if neighbors.count == count, count < self.count, let last = neighbors.last {
        horizon = min(horizon, last.distance)
      }
    }
    return (
      nearest.values.sorted { ($0.distance, $0.face) < ($1.distance, $1.face) }, horizon
    )
  }
}

extension OpenGallery {
  /// Does something with what finds faces of the gallery.
  func withFinder<Result>(
    of store: any FaceStore, _ filter: FaceFilter = FaceFilter(), without faces: Set<FaceID> = [],
    _ body: (any FaceFinder) throws -> Result
  ) throws -> Result {
    if let server = store.searching {
      return try body(ServerFinder(server, filter.condition(of: store, without: faces)))
    }
    let filter = try filter.searchFilter(of: store, without: faces)
    return try withIndex(of: store) { try body(IndexFinder(index: $0, filter: filter)) }
  }
}

/// Finds faces in an index.
package struct IndexFinder: FaceFinder {
  package let index: VectorIndex
  package var filter = SearchFilter.all

  package init(index: VectorIndex, filter: SearchFilter = .all) {
    (self.index, self.filter) = (index, filter)
  }

  package var dimensions: Int { index.dimensions }
  package var count: Int { index.count }

  package func nearest(to queries: [Embedding], count: Int, metric: Metric) throws -> [[Neighbor]] {
    try queries.map { try index.search($0, count: count, metric: metric, filter: filter) }
  }

  /// Answers of many queries are often of few faces: some more cost nothing where all are looked for together.
  private static let leastInAll = 512

  package func nearest(
    toAnyOf queries: [Embedding], count: Int, metric: Metric
  ) throws -> (found: [Found], horizon: Float) {
    guard queries.count > 1 else {
      let found = try nearest(to: queries, count: count, metric: metric).first ?? []
      return (
        found.map { ($0.face, $0.distance, 0) },
        found.count == count && count < self.count
          ? found.last?.distance ?? .infinity : .infinity
      )
    }
    let limit = min(max(count, Self.leastInAll), max(1, self.count))
    let found = try index.search(
      anyOf: EmbeddingMatrix(queries), count: limit, metric: metric, filter: filter)
    return (
      found.map { ($0.neighbor.face, $0.neighbor.distance, $0.query) },
      found.count == limit && limit < self.count
        ? found.last?.neighbor.distance ?? .infinity : .infinity
    )
  }
}

/// Has a server find faces.
struct ServerFinder: FaceFinder {
  let gallery: any SearchingStore
  let dimensions: Int
  let count: Int
  let condition: FaceCondition

  init(_ gallery: any SearchingStore, _ condition: FaceCondition) throws {
    self.gallery = gallery
    self.condition = condition
    dimensions = try gallery.dimensions() ?? 0
    count = try gallery.faceCount()
  }

  /// The server's index is by L2. What it gives is measured again here, so that distances are those of any other
  /// gallery; for other metrics it is asked for more than are wanted.
  func nearest(to queries: [Embedding], count: Int, metric: Metric) throws -> [[Neighbor]] {
    let wanted = metric == .l2 ? count + 8 : 4 * count + 64
    let found = try gallery.candidates(
      for: EmbeddingMatrix(queries), count: min(wanted, gallery.maximumCandidateCount), condition)
    return zip(queries, found).map { query, candidates in
      Array(
        candidates.map { Neighbor(face: $0.face, distance: metric.distance(query, $0.embedding)) }
          .sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(count))
    }
  }
}
