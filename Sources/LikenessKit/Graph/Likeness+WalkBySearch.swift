import Gallery
import Milvus
import Search
import Vectors

/// The part of a server's similarity graph that a walk can reach, found by searches: nobody keeps the links of all.
extension Likeness {
  /// Each face that is reached asks for more neighbours than where links are kept: those who have it among theirs are
  /// not asked unless they are reached.
  private static let neighborsOfReached = 4 * LinkSearch.neighbors
  /// A walk that has come so far has lost its way.
  private static let mostReached = 20_000

  /// The faces that links lead to from some, and the links among them.
  /// - Parameters:
  ///   - starts: faces to begin with.
  ///   - outsiders: embeddings of faces that are not in the gallery, whose links lead into it.
  /// - Throws: `GalleryError`, and what `progress` throws
  func graph(
    around starts: [Int64], _ outsiders: [Embedding], in gallery: MilvusGallery,
    progress: (Int, Int) throws -> Void
  ) throws -> FaceGraph {
    let thresholds = try thresholds(of: gallery)
    let limit = thresholds.link.distance
    let metric = verification.metric
    var embeddings: [Int64: Embedding] = [:]
    var links: Set<FaceLink> = []
    var edge = Set(starts)
    if !outsiders.isEmpty {
      let near = try gallery.candidates(
        for: EmbeddingMatrix(outsiders), count: Self.neighborsOfReached)
      for (outsider, found) in zip(outsiders, near) {
        for other in found where metric.distance(outsider, other.embedding) <= limit {
          edge.insert(other.face)
        }
      }
    }
    while !edge.isEmpty, embeddings.count < Self.mostReached {
      let faces = try gallery.faces(ids: edge.sorted())
      let ids = faces.map(\.0.id)
      for (face, embedding) in faces { embeddings[face.id] = embedding }
      var next = try gallery.togetherByEdit(with: ids)
      if !faces.isEmpty {
        let near = try gallery.candidates(
          for: EmbeddingMatrix(faces.map(\.1)), count: Self.neighborsOfReached)
        for ((face, own), found) in zip(faces, near) {
          for other in found where other.face != face.id {
            // Always in the same order, so that rounding is the same whoever asked.
            let distance =
              face.id < other.face
              ? metric.distance(own, other.embedding) : metric.distance(other.embedding, own)
            guard distance <= limit else { continue }
            links.insert(FaceLink(face.id, other.face, distance: Double(distance)))
            next.insert(other.face)
          }
        }
      }
      edge = next.filter { embeddings[$0] == nil }
      try progress(embeddings.count, embeddings.count + edge.count)
    }
    let reached = embeddings.keys.sorted()
    return FaceGraph(
      faces: try gallery.outlines(of: reached), links: links,
      people: try gallery.peopleAssignment(of: reached), thresholds: thresholds,
      verification: verification, searched: reached.count, isKept: false)
  }
}
