import Foundation
import GalleryCore
import LikenessCore

/// Where the links of somebody's faces begin.
public enum SameStart: Sendable {
  /// The faces that are somebody's beyond doubt, by a name.
  case name(String)
  /// A face of the gallery.
  case face(FaceID)
  /// A person of the gallery.
  case person(PersonID)
  /// Each face of a photo that need not be in the gallery, a person each.
  case photo(URL, PhotoFaces)
}

/// Whom `same` is asked about.
private enum SameQuery {
  /// Faces that are one person.
  case faces([FaceID], String)
  case photo(URL, PhotoFaces)
}

extension GalleryLinks {
  /// All photos of a person, each with the chain of links that connects it.
  ///
  /// A name stands for all of its faces, those added by it and those of the person whom the user gave it. The faces of a
  /// photo enter by their own links. Doubtful faces have no links. Links are those of the gallery's threshold, or of the
  /// rule that `graph(by:)` was asked for last; with a rule, the faces of a gallery on a server are all compared with each
  /// other.
  /// - Parameters:
  ///   - starts: whose photos are wanted.
  ///   - includingHidden: whether faces that the user hid are found. Those that are asked for are in any case.
  ///   - progress: as `graph` has it, which is brought up to date first.
  /// - Returns: one person for a name or face, one for each face of a photo.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.unknownFace`, `.unknownPerson`, `.doubtfulFace`, `.notEmbedded`, `GalleryError`,
  ///   `IndexError`
  public func same(
    _ starts: [SameStart], includingHidden: Bool = false,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [SamePerson] {
    let store = try gallery.reader()
    // What is wrong with a start is said before links are looked for.
    return try same(try starts.map { try query($0, store) }, includingHidden, store, progress)
  }

  /// All photos of a person of the gallery, each with the chain of links that connects it. Chains start at the faces that
  /// the user assigned to the person and those of its name, else at its first face.
  /// - Parameters:
  ///   - person: whose photos are wanted.
  ///   - includingHidden: whether other faces that the user hid are found.
  /// - Throws: `LikenessError.unknownPerson`, `GalleryError`, `IndexError`
  public func same(person: PersonID, includingHidden: Bool = false) throws -> SamePerson {
    try same([.person(person)], includingHidden: includingHidden)[0]
  }

  private func same(
    _ queries: [SameQuery], _ includingHidden: Bool, _ store: any FaceStore,
    _ progress: (Int, Int) -> Void
  ) throws -> [SamePerson] {
    let graph = try graph(for: queries, store, progress)
    let rowOf = Dictionary(uniqueKeysWithValues: graph.faces.enumerated().map { ($1.id, $0) })
    let metric = graph.metric
    let walk = SameWalk(graph, try knowledge(of: graph, includingHidden, store)) { a, b in
      let found = try store.faces(ids: [graph.faces[a].id, graph.faces[b].id])
      return found.count == 2 ? metric.distance(found[0].1, found[1].1) : 0
    }
    var people: [SamePerson] = []
    for query in queries {
      switch query {
      case .faces(let faces, let title):
        people.append(try walk.person(from: faces.compactMap { rowOf[$0] }, query: title))
      case .photo(let url, let found):
        for (number, face) in found.faces.enumerated() {
          people.append(
            try walk.person(
              from: [], entries: try entries(of: face.embedding, into: graph, rowOf, store),
              outside: url.path, query: Self.title(url.path, number, of: found.faces.count)))
        }
      }
    }
    return people
  }

  /// What the user said of people, and which of them are linked by several of their faces. A rule of the user's links faces as it
  /// says.
  private func knowledge(
    of graph: FaceGraph, _ includingHidden: Bool, _ store: any FaceStore
  ) throws -> SameWalk.Knowledge {
    var knowledge = SameWalk.Knowledge()
    let hidden = try store.hiddenFaces()
    if !includingHidden { knowledge.hidden = hidden }
    let evidence = try RejectionEvidence(graph.people.rejected, of: store)
    if let evidence {
      knowledge.unlikePeople = { row in
        let face = graph.faces[row].id
        guard !graph.people.pinned.contains(face), let embedding = try store.embedding(face: face)
        else { return [] }
        var people = evidence.people(barredTo: embedding)
        // Whose it is already it is not offered for.
        if let own = graph.people.persons[face] { people.remove(own) }
        return people
      }
    }
    guard graph.rule == nil else { return knowledge }
    let links = PersonLinks(thresholds: graph.thresholds, evidence) { person in
      let faces = try store.faces(ofPeople: [person]).subtracting(hidden)
      return try store.faces(ids: faces.sorted()).filter { !$0.0.quality.isDoubtful }.map(\.1)
    }
    knowledge.mayBeOne = { try links.mayBeOne($0, $1) }
    return knowledge
  }

  /// The links that may be walked from those who are asked about.
  private func graph(
    for queries: [SameQuery], _ store: any FaceStore, _ progress: (Int, Int) -> Void
  ) throws -> FaceGraph {
    guard let server = store.searching, try serverLinks(of: server).rule == nil else {
      return try graph(progress: progress)
    }
    var starts: [FaceID] = []
    var outsiders: [Embedding] = []
    for query in queries {
      switch query {
      case .faces(let faces, _): starts += faces
      case .photo(_, let found): outsiders += found.faces.map(\.embedding)
      }
    }
    return try graph(around: starts, outsiders, in: server, progress: progress)
  }

  /// The links that a face outside of the gallery would have.
  private func entries(
    of embedding: Embedding, into graph: FaceGraph, _ rowOf: [FaceID: Int], _ store: any FaceStore
  ) throws -> [SameWalk.Edge] {
    guard !graph.faces.isEmpty else { return [] }
    if let rule = graph.rule {
      return try entries(of: embedding, by: rule, into: graph, rowOf, store)
    }
    let metric = networks.verification.metric
    return try gallery.withFinder(of: store) { finder in
      guard embedding.count == finder.dimensions else {
        throw LikenessError.dimensionMismatch(embedding.count, finder.dimensions)
      }
      let near = try finder.nearest(to: [embedding], count: LinkSearch.neighbors, metric: .l2)[0]
      return try store.faces(ids: near.map(\.face)).compactMap { face, other in
        let distance = metric.distance(embedding, other)
        guard let row = rowOf[face.id], distance <= graph.thresholds.link.distance else {
          return nil
        }
        return SameWalk.Edge(
          to: row, distance: distance, probability: graph.probability(distance))
      }
    }
  }

  /// The same by a rule, for which all faces are looked at.
  private func entries(
    of embedding: Embedding, by rule: DistanceRule, into graph: FaceGraph, _ rowOf: [FaceID: Int],
    _ store: any FaceStore
  ) throws -> [SameWalk.Edge] {
    let all = try store.embeddings().certain
    guard embedding.count == all.embeddings.dimensions else {
      throw LikenessError.dimensionMismatch(embedding.count, all.embeddings.dimensions)
    }
    let metric = networks.verification.metric
    return all.faces.enumerated().compactMap { number, face in
      let other = all.embeddings[number]
      let distance = rule.metric.distance(embedding, other)
      guard distance < rule.distance, let row = rowOf[face] else { return nil }
      return SameWalk.Edge(
        to: row, distance: distance,
        probability: graph.probability(metric.distance(embedding, other)))
    }
  }

  private func query(_ start: SameStart, _ store: any FaceStore) throws -> SameQuery {
    switch start {
    case .name(let text):
      let name = try gallery.name(text, in: store)
      // Others that a clustering put to the person are to be found by their links.
      let pinned = try store.peopleAssignment().pinned
      let added = try store.faces(addedBy: name)
      let sure = try store.faces(named: name)
        .filter { added.contains($0.id) || pinned.contains($0.id) }
      return .faces(sure.map(\.id), name)
    case .face(let id):
      guard let face = try store.face(id: id) else { throw LikenessError.unknownFace(id) }
      if face.quality.isDoubtful { throw LikenessError.doubtfulFace(id) }
      _ = try gallery.embedding(of: id, in: store)
      let places = try store.faces(inPhoto: face.photo).map(\.id)
      let path = try store.photo(id: face.photo)?.path ?? ""
      return .faces([id], Self.title(path, places.firstIndex(of: id) ?? 0, of: places.count))
    case .person(let person):
      let own = try store.faces(ofPeople: [person]).sorted()
      guard let first = own.first else { throw LikenessError.unknownPerson(person) }
      let pinned = try store.peopleAssignment().pinned
      let pins = own.filter { pinned.contains($0) }
      return .faces(pins.isEmpty ? [first] : pins, person.reference)
    case .photo(let url, let found): return .photo(url, found)
    }
  }

  private static func title(_ path: String, _ number: Int, of count: Int) -> String {
    count == 1 ? path : "\(path)#\(number + 1)"
  }
}
