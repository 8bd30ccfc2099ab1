import GalleryCore
import LikenessCore
import LikenessKit
import VectorSearch

/// What finds the nearest faces for a map. One that is kept and fits the gallery does not ask it.
protocol NeighborSearch {
  /// The nearest of each of all faces among the others.
  /// - Parameters:
  ///   - embeddings: `(n, d)`.
  ///   - faces: rising, `(n,)`.
  ///   - progress: called with how many faces were looked at, and how many there are; what it throws ends the search.
  func table(
    of embeddings: EmbeddingMatrix, faces: [FaceID], width: Int,
    progress: (Int, Int) throws -> Void
  ) throws -> NeighborTable

  /// The nearest of some faces, the nearest first, without themselves.
  /// - Parameters:
  ///   - embeddings: of these faces, `(m, d)`.
  ///   - others: among whom.
  func nearest(
    to embeddings: EmbeddingMatrix, of faces: [FaceID], count: Int, among others: Set<FaceID>
  ) throws -> [[MapNeighbor]]
}

/// By the gallery's index, or by the server that it lives on.
struct GalleryNeighborSearch: NeighborSearch {
  let gallery: OpenGallery

  func table(
    of embeddings: EmbeddingMatrix, faces: [FaceID], width: Int,
    progress: (Int, Int) throws -> Void
  ) throws -> NeighborTable {
    return try gallery.withIndex(of: try gallery.reader()) { index in
      try NeighborTable(
        of: embeddings, in: index, faces: faces, width: width,
        threads: ProcessorQuota.count, progress: progress)
    }
  }

  func nearest(
    to embeddings: EmbeddingMatrix, of faces: [FaceID], count: Int, among others: Set<FaceID>
  ) throws -> [[MapNeighbor]] {
    let store = try gallery.reader()
    if let server = store.searching {
      return try nearest(to: embeddings, of: faces, count: count, among: others, server)
    }
    return try gallery.withIndex(of: store) { index in
      let found = try index.search(
        embeddings, count: count + 1, filter: .matching { others.contains(FaceID($0)) },
        threads: ProcessorQuota.count)
      return zip(faces, found).map { face, list in
        Array(
          list.lazy.filter { $0.face != face }
            .map { MapNeighbor(face: $0.face, distance: $0.distance) }.prefix(count))
      }
    }
  }

  /// A server is not told so many faces: it is asked for more than are wanted, until enough of them are of these.
  private func nearest(
    to embeddings: EmbeddingMatrix, of faces: [FaceID], count: Int, among others: Set<FaceID>,
    _ server: any SearchingStore
  ) throws -> [[MapNeighbor]] {
    let most = min(server.maximumCandidateCount, try server.faceCount())
    var asked = count + 32
    while true {
      let found = try server.nearest(embeddings, count: min(asked, most))
      let lists = zip(faces, found).map { face, list in
        Array(
          list.lazy.filter { $0.face != face && others.contains($0.face) }
            .map { MapNeighbor(face: $0.face, distance: $0.distance) }.prefix(count))
      }
      let isEnough = zip(faces, lists).allSatisfy { face, list in
        list.count >= min(count, others.count - (others.contains(face) ? 1 : 0))
      }
      if isEnough || asked >= most { return lists }
      asked *= 4
    }
  }
}
