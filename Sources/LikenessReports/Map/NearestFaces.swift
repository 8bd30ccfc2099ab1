import GalleryCore
import LikenessCore
import LikenessKit
import VectorSearch

/// The nearest faces of each face of a map, as the gallery keeps them with it.
struct NearestFaces {
  /// `(n,)`; nil where they were not looked for.
  private(set) var lists: [[MapNeighbor]?]
  /// The rows whose lists are others than those that are kept.
  private(set) var changed: Set<Int> = []

  private let ids: [FaceID]
  private let rowOf: [FaceID: Int]

  /// More are kept than are shown, so that some may be removed before anything is looked for again.
  private static let spare = 4

  /// How many are kept of each where so many are shown.
  static func width(showing count: Int) -> Int { count > 0 ? count + spare : 0 }

  /// Those of a new map, from the first columns of a table.
  init(_ table: NeighborTable, _ ids: [FaceID], showing count: Int) {
    self.ids = ids
    rowOf = [:]
    let width = min(table.width, Self.width(showing: count))
    lists = ids.indices.map { row in
      table[row].prefix(width).enumerated().map { column, other in
        MapNeighbor(
          face: ids[Int(other)], distance: table.distances[row * table.width + column])
      }
    }
  }

  /// Those that are kept, without faces that are not on the map.
  init(of stored: StoredMap, _ ids: [FaceID]) {
    self.ids = ids
    let rowOf = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    self.rowOf = rowOf
    lists = ids.map { id in
      stored.points[id]?.neighbors?.filter { rowOf[$0.face] != nil }
    }
  }

  /// The rows that show fewer than are wanted.
  func lacking(_ count: Int) -> [Int] {
    let wanted = min(count, ids.count - 1)
    return lists.indices.filter { lists[$0].map { $0.count < wanted } ?? true }
  }

  /// Some at a time, so that an end can be asked for.
  private static let soughtAtOnce = 512

  /// Looks for the nearest of the faces that show too few: new ones, and those of whose nearest many were removed. New faces
  /// join the lists of those that they are near to.
  /// - Parameter embeddings: of some faces, by their ids.
  /// - Throws: `MapError.interrupted`, and what `embeddings` and the search throw
  mutating func complete(
    _ count: Int, _ search: any NeighborSearch,
    embeddings: ([FaceID]) throws -> [FaceID: Embedding],
    isCancelled: () -> Bool, progress: (MapProgress) -> Void
  ) throws {
    let lacking = lacking(count)
    guard !lacking.isEmpty else { return }
    let others = Set(ids)
    let (width, sought) = (Self.width(showing: count), Set(lacking))
    for start in stride(from: 0, to: lacking.count, by: Self.soughtAtOnce) {
      if isCancelled() { throw MapError.interrupted }
      progress(MapProgress(stage: .neighbors, done: start, total: lacking.count))
      let some = lacking[start..<min(start + Self.soughtAtOnce, lacking.count)]
      let vectors = try embeddings(some.map { ids[$0] })
      let rows = some.filter { vectors[ids[$0]] != nil }
      guard !rows.isEmpty else { continue }
      // A new face may be among the nearest of more faces than are nearest to it.
      let found = try search.nearest(
        to: EmbeddingMatrix(rows.compactMap { vectors[ids[$0]] }), of: rows.map { ids[$0] },
        count: max(width, 2 * TSNE.placingNeighborCount), among: others)
      for (row, list) in zip(rows, found) {
        let isNew = lists[row] == nil
        lists[row] = Array(list.prefix(width))
        changed.insert(row)
        guard isNew else { continue }
        for neighbor in list {
          guard let other = rowOf[neighbor.face], !sought.contains(other) else { continue }
          join(ids[row], at: neighbor.distance, row: other)
        }
      }
    }
  }

  /// Puts a face into the list of another, if it is nearer than the last of it.
  private mutating func join(_ face: FaceID, at distance: Float, row: Int) {
    guard var list = lists[row], let last = list.last, distance < last.distance,
      !list.contains(where: { $0.face == face })
    else { return }
    let place = list.firstIndex { distance < $0.distance } ?? list.count
    list.insert(MapNeighbor(face: face, distance: distance), at: place)
    list.removeLast()
    lists[row] = list
    changed.insert(row)
  }

  /// What each face shows, `(n,)`.
  func shown(_ count: Int) -> [[MapFace.Neighbor]] {
    let rowOf =
      self.rowOf.isEmpty
      ? Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) }) : self.rowOf
    return lists.map { list in
      (list ?? []).prefix(count).compactMap { neighbor in
        rowOf[neighbor.face].map { MapFace.Neighbor(row: $0, distance: neighbor.distance) }
      }
    }
  }
}
