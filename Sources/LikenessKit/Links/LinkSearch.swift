import GalleryCore
import LikenessCore
import VectorSearch

/// Finds the links that faces have: each asks the index for its nearest, so the work grows with the
/// number of faces that ask and never with that of all pairs.
struct LinkSearch {
  /// How many neighbours of each face are looked at. Whoever has more photos than that is linked
  /// through some of them.
  static let neighbors = 32
  /// How many faces ask at a time.
  private static let group = 512
  /// From so many askers on it is measured how far they have to look for a part of their neighbours. Links are found from
  /// either end.
  private static let measuredFrom = 4_096
  private static let recall = 0.998

  let index: VectorIndex
  /// Which faces may be linked.
  let filter: SearchFilter
  let metric: Metric
  /// Pairs farther apart are not linked; in `metric`.
  let limit: Float
  let threads: Int

  /// - Parameters:
  ///   - ids: the faces that ask, `(n,)`.
  ///   - vectors: their embeddings, `(n, d)`.
  ///   - embeddings: those of some faces, as far as they are still there.
  ///   - progress: called with how many have asked, of how many.
  /// - Returns: each pair once, where either is among the nearest of the other.
  /// - Throws: `IndexError`, and what `embeddings` and `progress` throw.
  func links(
    of ids: [FaceID], _ vectors: EmbeddingMatrix,
    embeddings: (Set<FaceID>) throws -> [FaceID: Embedding], progress: (Int, Int) throws -> Void
  ) throws -> Set<FaceLink> {
    var links: Set<FaceLink> = []
    let dimensions = vectors.dimensions
    // Those who are all in the index find their neighbours from where they are. Few are not worth the measurement.
    let beam =
      ids.count >= Self.measuredFrom
      ? try index.memberBeam(count: Self.neighbors + 1, recall: Self.recall, threads: threads) : nil
    for start in stride(from: 0, to: ids.count, by: Self.group) {
      let rows = start..<min(start + Self.group, ids.count)
      let queries = vectors[rows]
      // A face finds itself as well.
      let found = try index.search(
        queries, of: ids[rows], count: Self.neighbors + 1, beam: beam, filter: filter,
        threads: threads)
      let known = try embeddings(Set(found.joined().map(\.face)))
      for (row, neighbors) in zip(rows, found) {
        for other in neighbors where other.face != ids[row] {
          guard let embedding = known[other.face], embedding.count == dimensions else { continue }
          let own = queries[row - start]
          // Always in the same order, so that rounding is the same whichever face asks.
          let distance =
            ids[row] < other.face
            ? metric.distance(own, embedding) : metric.distance(embedding, own)
          if distance <= limit {
            links.insert(FaceLink(ids[row], other.face, distance: Double(distance)))
          }
        }
      }
      try progress(rows.upperBound, ids.count)
    }
    return links
  }
}
