import Foundation
import Gallery
import Milvus
import Search

extension Likeness {
  /// How many times as many strangers as wanted the links that are kept let pass. So the threshold may
  /// rise, as it does when faces go, without all faces being searched again.
  private static let spare = 4.0
  /// By how much more than needed links may reach before all are made anew, in cosine distance.
  private static let slack: Float = 0.01

  /// The similarity graph of the gallery as it is now. Doubtful faces are not in it.
  ///
  /// Links are made at the first call and kept in the gallery. Later ones search only for faces that came
  /// since, unless a fifth of all came or went, or the threshold moved beyond the distance up to which
  /// links are kept: that of four times the false links, or 0.01 less than it. In a gallery that cannot be
  /// changed now, the answer is the same but is not kept.
  /// - Parameters:
  ///   - falseLinks: the expected number of false links of a face, which the threshold follows from;
  ///     as it was last unless said, else `GalleryThresholds.standardFalseLinks`.
  ///   - again: searches for all faces anew.
  ///   - progress: called with how many faces were searched for, and how many will be; what it throws ends the
  ///     work, of which nothing is kept.
  /// - Throws: `GalleryError`, `IndexError`, and what `progress` throws
  public func graph(
    falseLinks: Double? = nil, again: Bool = false,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> FaceGraph {
    let store = try reader()
    let before = try store.revision()
    if isKeptOpen, falseLinks == nil, !again, let known = lastGraph.value(at: before) {
      return known
    }
    let state = try store.linkState()
    let last = GraphParameters(of: state)
    let falseLinks = falseLinks ?? last?.falseLinks ?? GalleryThresholds.standardFalseLinks
    let thresholds = try thresholds(of: store, falseLinks: falseLinks)
    let update = try LinkUpdate(
      from: again ? nil : state, last, of: store, thresholds,
      limit: thresholds.linkDistance(withStrangers: Self.spare, verification: verification),
      slack: Self.slack)
    let new = try links(of: update, store, progress)
    let known = update.isWhole ? [] : try store.links()
    var (isKept, hasChanged) = (true, false)
    let parameters = GraphParameters(
      falseLinks: falseLinks, built: update.built, changed: update.changed)
    let wanted = LinkState(
      revision: update.revision, mark: try store.mark(of: update.revision),
      neighbors: LinkSearch.neighbors, limit: Double(update.limit),
      parameters: try parameters.text())
    if update.isWhole || parameters != last {
      isKept = try keepIfPossible { writer in
        if update.isWhole {
          try writer.replaceLinks(new, state: wanted)
        } else {
          try writer.addLinks(new, state: wanted)
        }
      }
      hasChanged = isKept
    }
    let graph = FaceGraph(
      faces: try store.outlines().filter { !$0.isDoubtful && $0.isEmbedded },
      links: new.union(known),
      people: try store.peopleAssignment(),
      thresholds: thresholds, verification: verification, searched: update.faces.count,
      isKept: isKept)
    if let server = store as? MilvusGallery, falseLinks == GalleryThresholds.standardFalseLinks {
      keep(graph.counts, in: server)
    }
    // To keep links is a change as well; with any other, the graph is of the past already.
    let after = before + (hasChanged ? 1 : 0)
    if isKeptOpen, isKept || place.isServer, try store.revision() == after {
      lastGraph.keep(graph, at: after)
    }
    return graph
  }

  private func links(
    of update: LinkUpdate, _ store: any FaceStore, _ progress: (Int, Int) throws -> Void
  ) throws -> Set<FaceLink> {
    guard let vectors = update.embeddings, update.count > 1 else { return [] }
    let filter = try FaceFilter().searchFilter(of: store, without: [])
    return try withIndex(of: store) { index in
      let search = LinkSearch(
        index: index, filter: filter, metric: verification.metric, limit: update.limit,
        threads: options.jobs)
      guard update.isWhole else {
        return try search.links(
          of: update.faces, vectors,
          embeddings: { ids in
            Dictionary(uniqueKeysWithValues: try store.faces(ids: ids).map { ($0.0.id, $0.1) })
          }, progress: progress)
      }
      let rows = Dictionary(
        uniqueKeysWithValues: update.faces.enumerated().map { ($1, $0) })
      return try search.links(
        of: update.faces, vectors,
        embeddings: { ids in
          var found: [Int64: Embedding] = [:]
          for id in ids { if let row = rows[id] { found[id] = vectors[row] } }
          return found
        }, progress: progress)
    }
  }
}

/// Which faces have to be searched for, so that a gallery's links are of its present faces.
private struct LinkUpdate {
  /// Whether all links are made anew.
  var isWhole = true
  var revision: Int
  /// Up to which distance links are kept.
  var limit: Float
  /// The faces to search for, and their embeddings, `(n, d)`; nil if there are none.
  var faces: [Int64] = []
  var embeddings: EmbeddingMatrix?
  /// How many faces there are, how many there were when all were searched for, and how many came or
  /// went since.
  var count: Int
  var built: Int
  var changed = 0

  /// - Parameters:
  ///   - state: what is known; nil to begin anew.
  ///   - parameters: what that depends on.
  ///   - limit: up to which distance links would be kept if all were made now.
  init(
    from state: LinkState?, _ parameters: GraphParameters?, of store: any FaceStore,
    _ thresholds: GalleryThresholds, limit: Float, slack: Float
  ) throws {
    count = thresholds.faces
    revision = try store.revision()
    if let state, let parameters, state.revision <= revision,
      try store.mark(of: state.revision) == state.mark, state.neighbors == LinkSearch.neighbors,
      thresholds.link.distance <= Float(state.limit), limit >= Float(state.limit) - slack
    {
      let ids = try store.changedFaces(since: state.revision)
      if (parameters.changed + ids.count) * 5 <= max(parameters.built, count) {
        isWhole = false
        self.limit = Float(state.limit)
        built = parameters.built
        changed = parameters.changed + ids.count
        let found = try store.faces(ids: ids).filter { !$0.0.quality.isDoubtful }
        faces = found.map(\.0.id)
        if !found.isEmpty { embeddings = EmbeddingMatrix(found.map(\.1)) }
        return
      }
    }
    self.limit = limit
    let matrix = try store.embeddings().certain
    revision = matrix.revision
    faces = matrix.faces
    embeddings = matrix.embeddings
    (count, built) = (faces.count, faces.count)
  }
}
