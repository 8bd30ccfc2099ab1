import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

/// The part of a server's similarity graph that a walk can reach, found by searches: the links of all faces are not stored. Where a
/// rule of the user's links faces, which may be farther apart than the nearest that a search finds, all are compared instead.
extension GalleryLinks {
  /// So many faces ask at a time.
  private static let reachedAtOnce = 2_000
  /// A walk that has reached this many faces is abandoned.
  private static let maximumReached = 20_000
  /// All neighbours of some faces may be near enough for a link, and more who have the face among theirs: somebody has
  /// many photos. Some faces of such a crowd ask for many.
  private static let (askersOfCrowd, neighborsInCrowd) = (16, 2_048)

  /// The faces that links lead to from some, and the links among them.
  /// - Parameters:
  ///   - starts: faces to begin with.
  ///   - outsiders: embeddings of faces that are not in the gallery, whose links lead into it.
  /// - Throws: `GalleryError`, and what `progress` throws
  func graph(
    around starts: [FaceID], _ outsiders: [Embedding], in store: any SearchingStore,
    progress: (Int, Int) throws -> Void
  ) throws -> FaceGraph {
    let thresholds = try thresholds.current(of: store)
    let counts = try linkCounts(of: store, thresholds, progress: progress)
    let limit = thresholds.link.distance
    let metric = networks.verification.metric
    var embeddings: [FaceID: Embedding] = [:]
    var links: Set<FaceLink> = []
    var edge = Set(starts)
    for found in try neighbors(of: outsiders, in: store) {
      edge.formUnion(found.filter { $0.distance <= limit }.map(\.face))
    }
    var crowd: [Embedding] = []
    var askedInCrowd = 0
    while embeddings.count < Self.maximumReached {
      if edge.isEmpty, crowd.count * 5 > askedInCrowd * 6 {
        askedInCrowd = crowd.count
        edge = try around(crowd, in: store, within: limit, but: Set(embeddings.keys))
      }
      guard !edge.isEmpty else { break }
      let ids = edge.sorted().prefix(Self.reachedAtOnce)
      edge.subtract(ids)
      let found = try store.embeddings(ids: Array(ids))
      let faces = found.faces.enumerated().map { ($1, found.embeddings[$0]) }
      for (face, embedding) in faces { embeddings[face] = embedding }
      edge.formUnion(try store.togetherByEdit(with: found.faces))
      let near = try neighbors(of: faces.map(\.1), ids: found.faces, in: store)
      for ((face, own), others) in zip(faces, near) {
        for other in others where other.distance <= limit {
          // Always in the same order, so that rounding is the same whichever face asks.
          let distance =
            face < other.face ? other.distance : metric.distance(other.embedding, own)
          links.insert(FaceLink(face, other.face, distance: Double(distance)))
          edge.insert(other.face)
        }
        if others.count == LinkSearch.neighbors, others.allSatisfy({ $0.distance <= limit }) {
          crowd.append(own)
        }
      }
      edge = edge.filter { embeddings[$0] == nil }
      try progress(embeddings.count, embeddings.count + edge.count)
    }
    let reached = embeddings.keys.sorted()
    return FaceGraph(
      faces: try store.outlines(of: reached), links: links,
      people: try store.peopleAssignment(of: reached), thresholds: thresholds, counts: counts,
      verification: networks.verification, searched: reached.count, isKept: false)
  }

  /// The nearest of the gallery to each of some faces, and how far they are.
  /// - Parameters:
  ///   - ids: the numbers of the faces, if they are of the gallery: a face is no neighbour of itself.
  ///   - count: at most so many for each.
  private func neighbors(
    of faces: [Embedding], ids: [FaceID] = [], count: Int = LinkSearch.neighbors,
    in store: any SearchingStore
  ) throws -> [[(face: FaceID, embedding: Embedding, distance: Float)]] {
    guard !faces.isEmpty else { return [] }
    // Many are near several, so their embeddings are asked for apart, each once.
    let near = try store.nearest(
      EmbeddingMatrix(faces), count: ids.isEmpty ? count : count + 1)
    let found = try store.embeddings(ids: Set(near.joined().map(\.face)).sorted())
    let rows = Dictionary(uniqueKeysWithValues: found.faces.enumerated().map { ($1, $0) })
    let metric = networks.verification.metric
    return near.enumerated().map { number, hits in
      hits.filter { ids.isEmpty || $0.face != ids[number] }.prefix(count)
        .compactMap { hit in
          guard let row = rows[hit.face] else { return nil }
          let other = found.embeddings[row]
          return (hit.face, other, metric.distance(faces[number], other))
        }
    }
  }

  /// Faces near a crowd that are within a distance of one of it.
  private func around(
    _ crowd: [Embedding], in store: any SearchingStore, within limit: Float,
    but known: Set<FaceID>
  ) throws -> Set<FaceID> {
    let step = (crowd.count + Self.askersOfCrowd - 1) / Self.askersOfCrowd
    let askers = stride(from: 0, to: crowd.count, by: step).map { crowd[$0] }
    let near = try store.nearest(
      EmbeddingMatrix(askers),
      count: min(Self.neighborsInCrowd, 4 * (crowd.count + LinkSearch.neighbors)))
    let others = try store.embeddings(
      ids: Set(near.joined().map(\.face)).subtracting(known).sorted())
    let metric = networks.verification.metric
    return Set(
      others.faces.indices.filter { row in
        let other = others.embeddings[row]
        return crowd.contains { metric.distance($0, other) <= limit }
      }.map { others.faces[$0] })
  }

  /// How many links the gallery has: as they were counted last, if that still holds. Else those of all faces, as in a
  /// folder; in a larger gallery those of some faces, as a search finds them.
  private func linkCounts(
    of store: any SearchingStore, _ thresholds: GalleryThresholds,
    progress: (Int, Int) throws -> Void
  ) throws -> LinkCounts {
    if let counts = try serverLinks(of: store).counts, counts.hold(among: thresholds.faces) {
      return counts
    }
    if thresholds.faces <= gallery.facesHeldAtOnce { return try graph(progress: progress).counts }
    let limit = thresholds.link.distance
    var counts = LinkCounts(faces: thresholds.faces, asked: 0, upTo: limit)
    if let sample = try store.sample(most: ImpostorDistribution.sampled)?.embeddings {
      counts.asked = sample.count
      let faces = (0..<sample.count).map { sample[$0] }
      for found in try neighbors(of: faces, count: LinkSearch.neighbors + 1, in: store) {
        // The nearest is the face itself.
        for other in found.dropFirst() where other.distance <= limit {
          counts.add(0.5, at: other.distance)
        }
      }
    }
    keep(counts, in: store)
    return counts
  }

  /// What the server keeps of its gallery's links.
  func serverLinks(of store: any SearchingStore) throws -> ServerLinks {
    try store.linkCounts().flatMap { try? JSONDecoder().decode(ServerLinks.self, from: $0) }
      ?? ServerLinks()
  }

  /// So that they need not be counted again; where that cannot be, they are.
  func keep(_ counts: LinkCounts, in store: any SearchingStore) {
    try? change(store) { $0.counts = counts }
  }

  /// Keeps what links the faces from now on; nil for the gallery's threshold.
  func keep(_ rule: DistanceRule?, in store: any SearchingStore) throws {
    try change(store) { $0.rule = rule }
  }

  private func change(
    _ store: any SearchingStore, _ body: (inout ServerLinks) -> Void
  ) throws {
    var links = try serverLinks(of: store)
    body(&links)
    try store.keepLinkCounts(try JSONEncoder().encode(links))
  }
}
