import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

extension GalleryLinks {
  /// By what factor the kept links let more impostor pairs pass than wanted. So the threshold may
  /// rise, as it does when faces go, without all faces being searched again.
  private static let spare = 4.0
  /// By how much more than needed links may reach before all are made anew, in cosine distance.
  private static let slack: Float = 0.01

  /// The similarity graph of the gallery as it is now. Doubtful faces are not in it.
  ///
  /// Links are computed at the first call and kept in the gallery. Later calls search only for faces added since,
  /// unless a fifth of all faces changed, or the threshold moved beyond the distance up to which links are kept: that of
  /// four times the false links, or 0.01 less than it. In a gallery that cannot be written now, the answer is the same
  /// but is not kept. A rule that links were made by stays in effect until `falseLinks` is given.
  /// - Parameters:
  ///   - falseLinks: the expected number of false links of a face, which the threshold follows from;
  ///     nil for the last value, else `GalleryThresholds.standardFalseLinks`.
  ///   - again: searches for all faces anew.
  ///   - progress: called with how many faces were searched for, and how many will be; if it throws, the work
  ///     ends and nothing is kept.
  /// - Throws: `GalleryError`, `IndexError`, `LikenessError.tooManyLinks`, and what `progress` throws
  public func graph(
    falseLinks: Double? = nil, again: Bool = false,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> FaceGraph {
    try graph(by: falseLinks.map { .falseLinks($0) }, again: again, progress: progress)
  }

  /// The similarity graph by the user's own rule: exactly the pairs of faces below a distance are linked, not only the
  /// nearest neighbours. Doubtful faces are not in it.
  ///
  /// The rule is kept with its links; for a gallery on a server only the rule is kept, and links are computed for each
  /// question. `graph(falseLinks:)` without an argument, `same` and everything else based on links follow the rule, also
  /// for faces added later, until `graph(falseLinks:)` is called with a value. Giving the gallery another model discards
  /// the rule, since its distances mean something else. No rule links faces of one photo, unless the user made them one
  /// person, or faces of people the user said are different. All faces are compared with each other, n² / 2 distances
  /// for n faces.
  /// - Parameters:
  ///   - rule: a metric, and the distance below which two faces are linked.
  ///   - again: searches for all faces anew.
  ///   - progress: as for `graph(falseLinks:)`.
  /// - Throws: `GalleryError`, `LikenessError.tooManyLinks`, `.tooLarge`, and what `progress` throws
  public func graph(
    by rule: DistanceRule, again: Bool = false,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> FaceGraph {
    try graph(by: .rule(rule), again: again, progress: progress)
  }

  /// The user's rule that links the faces of the gallery; nil if its threshold does.
  /// - Throws: `GalleryError`
  public func rule() throws -> DistanceRule? {
    let store = try gallery.reader()
    return try rule(of: store, GraphParameters(of: store.linkState()))
  }

  /// - Parameter parameters: what the links that the store keeps were made by.
  private func rule(of store: any FaceStore, _ parameters: GraphParameters?) throws -> DistanceRule?
  {
    if let server = store.searching { return try serverLinks(of: server).rule }
    guard let parameters, let rule = parameters.rule else { return nil }
    return try store.embeddingModel() == parameters.model ? rule : nil
  }

  /// What decides which faces are linked.
  private enum Criterion {
    case falseLinks(Double)
    case rule(DistanceRule)
  }

  /// - Parameter wanted: nil for what decided last.
  private func graph(
    by wanted: Criterion?, again: Bool, progress: (Int, Int) throws -> Void
  ) throws -> FaceGraph {
    let store = try gallery.reader()
    let making = try lastGraph.begin()
    let state = try store.linkState()
    let last = GraphParameters(of: state)
    var rule = try self.rule(of: store, last)
    if wanted == nil, !again, let known = try lastGraph.value(), known.rule == rule {
      return known
    }
    var falseLinks = last?.falseLinks ?? GalleryThresholds.standardFalseLinks
    switch wanted {
    case .falseLinks(let said)?: (rule, falseLinks) = (nil, said)
    case .rule(let said)?: rule = said
    case nil: break
    }
    let verification = networks.verification
    let thresholds = try thresholds.current(of: store, falseLinks: falseLinks)
    if rule != nil { try gallery.requireRoom(for: store) }
    let update = try LinkUpdate(
      from: again || last?.rule != rule ? nil : state, last, of: store, faces: thresholds.faces,
      reach: rule.map { LinkReach($0) }
        ?? LinkReach(
          thresholds,
          limit: thresholds.linkDistance(withStrangers: Self.spare, verification: verification),
          slack: Self.slack))
    let everyone = try rule.map { _ in try update.everyone(of: store) }
    let new =
      if let rule, let everyone {
        try PairSearch(rule: rule, threads: networks.options.jobs).links(
          of: everyone.faces, everyone.embeddings, asking: Set(update.faces), progress: progress)
      } else {
        Array(try links(of: update, store, progress))
      }
    let links = update.isWhole ? new : Array(Set(new).union(try store.links()))
    let parameters = GraphParameters(
      falseLinks: falseLinks, rule: rule,
      model: try rule.flatMap { _ in try store.embeddingModel() }, built: update.built,
      changed: update.changed)
    let wantedState = LinkState(
      revision: update.revision, mark: try store.mark(of: update.revision),
      neighbors: update.neighbors, limit: Double(update.limit), parameters: try parameters.text())
    var (isKept, hasChanged) = (true, false)
    if update.isWhole || parameters != last {
      isKept = try gallery.keepIfPossible { writer in
        if update.isWhole {
          try writer.replaceLinks(new, state: wantedState)
        } else {
          try writer.addLinks(new, state: wantedState)
        }
      }
      hasChanged = isKept
    }
    let graph = FaceGraph(
      faces: try store.outlines().filter { !$0.isDoubtful && $0.isEmbedded }, links: links,
      people: try store.peopleAssignment(), thresholds: thresholds, verification: verification,
      searched: update.faces.count, isKept: isKept, rule: rule,
      cosine: everyone.map { distances(in: $0) } ?? { Float($0.distance) })
    if let server = store.searching {
      if wanted != nil { try keep(rule, in: server) }
      if rule == nil, falseLinks == GalleryThresholds.standardFalseLinks {
        keep(graph.counts, in: server)
      }
    }
    if isKept || gallery.place.isServer {
      try lastGraph.keep(graph, of: making, changed: hasChanged)
    }
    return graph
  }

  /// The distance of a link's faces that probabilities follow from; nil where one of them is not there.
  private func distances(in faces: (faces: [FaceID], embeddings: EmbeddingMatrix)) -> (FaceLink) ->
    Float?
  {
    let metric = networks.verification.metric
    let rows = Dictionary(uniqueKeysWithValues: faces.faces.enumerated().map { ($1, $0) })
    return { link in
      guard let low = rows[link.low], let high = rows[link.high] else { return nil }
      return metric.distance(between: low, and: high, of: faces.embeddings)
    }
  }

  private func links(
    of update: LinkUpdate, _ store: any FaceStore, _ progress: (Int, Int) throws -> Void
  ) throws -> Set<FaceLink> {
    guard let vectors = update.embeddings, update.count > 1 else { return [] }
    let filter = try FaceFilter().searchFilter(of: store, without: [])
    return try gallery.withIndex(of: store) { index in
      let search = LinkSearch(
        index: index, filter: filter, metric: networks.verification.metric, limit: update.limit,
        threads: networks.options.jobs)
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
          var found: [FaceID: Embedding] = [:]
          for id in ids { if let row = rows[id] { found[id] = vectors[row] } }
          return found
        }, progress: progress)
    }
  }
}

/// Which links are kept: those that are asked for and, where a threshold may move, some more.
private struct LinkReach {
  /// How many neighbours of each face are looked at; 0 for all others.
  var neighbors: Int
  /// Up to which distance links are kept if all are made now.
  var limit: Float
  /// Whether links that were kept up to another distance will do.
  var isServed: (Float) -> Bool

  /// All pairs that a rule links.
  init(_ rule: DistanceRule) {
    (neighbors, limit) = (0, rule.distance)
    isServed = { $0 == rule.distance }
  }

  /// - Parameter slack: by how much more than needed links may reach.
  init(_ thresholds: GalleryThresholds, limit: Float, slack: Float) {
    (neighbors, self.limit) = (LinkSearch.neighbors, limit)
    isServed = { thresholds.link.distance <= $0 && limit >= $0 - slack }
  }
}

/// Which faces have to be searched for, so that a gallery's links are of its present faces.
private struct LinkUpdate {
  /// Whether all links are made anew.
  var isWhole = true
  var revision: Int
  /// How many neighbours of each face are looked at; 0 for all others.
  let neighbors: Int
  /// Up to which distance links are kept.
  var limit: Float
  /// The faces to search for, and their embeddings, `(n, d)`; nil if there are none.
  var faces: [FaceID] = []
  var embeddings: EmbeddingMatrix?
  /// How many faces there are, how many there were when all were searched for, and how many came or
  /// went since.
  var count: Int
  var built: Int
  var changed = 0

  /// - Parameters:
  ///   - state: what is known; nil to begin anew.
  ///   - parameters: what that depends on.
  ///   - count: how many faces there are.
  init(
    from state: LinkState?, _ parameters: GraphParameters?, of store: any FaceStore,
    faces count: Int, reach: LinkReach
  ) throws {
    self.count = count
    neighbors = reach.neighbors
    revision = try store.revision()
    if let state, let parameters, state.revision <= revision,
      try store.mark(of: state.revision) == state.mark, state.neighbors == reach.neighbors,
      reach.isServed(Float(state.limit))
    {
      let ids = try store.changedFaces(since: state.revision)
      if (parameters.changed + ids.count) * 5 <= max(parameters.built, count) {
        isWhole = false
        limit = Float(state.limit)
        built = parameters.built
        changed = parameters.changed + ids.count
        let found = try store.faces(ids: ids).filter { !$0.0.quality.isDoubtful }
        faces = found.map(\.0.id)
        if !found.isEmpty { embeddings = EmbeddingMatrix(found.map(\.1)) }
        return
      }
    }
    limit = reach.limit
    let matrix = try store.embeddings().certain
    revision = matrix.revision
    faces = matrix.faces
    embeddings = matrix.embeddings
    (self.count, built) = (faces.count, faces.count)
  }

  /// All faces that may be linked, in the order of their ids, and their embeddings, `(n, d)`.
  func everyone(
    of store: any FaceStore
  ) throws -> (faces: [FaceID], embeddings: EmbeddingMatrix) {
    if isWhole, let embeddings { return (faces, embeddings) }
    let matrix = try store.embeddings().certain
    return (matrix.faces, matrix.embeddings)
  }
}
