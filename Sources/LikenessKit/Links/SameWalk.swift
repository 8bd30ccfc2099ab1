import Foundation
import GalleryCore
import HeapModule
import LikenessCore

/// Walks links from some faces to all that are the same person, each by its surest chain: the one whose
/// product of probabilities is greatest, which is the shortest path by −log p (Dijkstra 1959).
///
/// A face that cannot be the person is not passed through either: one in a photo that has the person
/// already, or one of somebody else as the user said. Nor are the faces of another person of the gallery where one wrong link may
/// have led there: the faces that the walk began with have to be linked with those several times.
struct SameWalk {
  /// What is known of people besides their links.
  struct Knowledge {
    /// The people whose a face is not since it is more like one that the user took from them, by the face's row.
    var unlikePeople: (Int) throws -> Set<PersonID> = { _ in [] }
    /// Whether links of several faces, or of somebody's only one, say that two may be one person.
    var mayBeOne: (PersonID, PersonID) throws -> Bool = { _, _ in true }
    /// Faces that are no answers.
    var hidden: Set<FaceID> = []
  }

  /// A link that a chain may take.
  struct Edge {
    var to: Int
    var distance: Float
    var probability: Float
    var told = false
  }

  private let graph: FaceGraph
  private let rules: LinkRules
  private let edges: [[Edge]]
  private let knowledge: Knowledge
  private let distance: (Int, Int) throws -> Float

  /// - Parameter distance: between the faces of two rows, for links that the user told.
  init(
    _ graph: FaceGraph, _ knowledge: Knowledge = Knowledge(),
    distance: @escaping (Int, Int) throws -> Float
  ) {
    self.graph = graph
    self.knowledge = knowledge
    self.distance = distance
    rules = LinkRules(graph.people)
    var edges = [[Edge]](repeating: [], count: graph.faces.count)
    for link in graph.links {
      let (from, to) = (Int(link.from), Int(link.to))
      edges[from].append(Edge(to: to, distance: link.distance, probability: link.probability))
      edges[to].append(Edge(to: from, distance: link.distance, probability: link.probability))
    }
    self.edges = edges
  }

  /// A face on its way: by which link, from which row; nil where the chain begins.
  private struct Arrival: Comparable {
    var cost: Double
    var row: Int
    var from: Int?
    var edge: Edge?

    static func == (a: Arrival, b: Arrival) -> Bool { (a.cost, a.row) == (b.cost, b.row) }
    static func < (a: Arrival, b: Arrival) -> Bool { (a.cost, a.row) < (b.cost, b.row) }
  }

  /// - Parameters:
  ///   - starts: rows of faces that are the person for sure.
  ///   - entries: links from a face outside of the gallery.
  ///   - outside: that face's photo.
  func person(
    from starts: [Int], entries: [Edge] = [], outside: String = "", query: String
  ) throws -> SamePerson {
    var queue = Heap<Arrival>()
    for edge in entries {
      queue.insert(Arrival(cost: -log(Double(edge.probability)), row: edge.to, edge: edge))
    }
    let members = pinnedMembers()
    var arrivals: [Int: Arrival] = [:]
    var person = Members(rules)
    var leftOut: Set<FaceID> = []
    var order: [Int] = []
    // Whom the walk began with, to whom all others have to be linked.
    var home = Set(starts.compactMap { rules.person(of: graph.faces[$0].id) })
    func isOfHome(_ own: PersonID) throws -> Bool {
      try home.isEmpty || home.contains(own) || home.contains { try knowledge.mayBeOne($0, own) }
    }
    func take(_ next: Arrival) throws {
      let face = graph.faces[next.row]
      guard arrivals[next.row] == nil,
        try rules.person(of: face.id).map(isOfHome) ?? true
      else { return }
      if next.edge != nil, knowledge.hidden.contains(face.id) {
        leftOut.insert(face.id)
        return
      }
      guard person.takes(face, unlike: try knowledge.unlikePeople(next.row)) else { return }
      if home.isEmpty, let own = rules.person(of: face.id) { home = [own] }
      arrivals[next.row] = next
      order.append(next.row)
      for edge in edges[next.row] where arrivals[edge.to] == nil {
        queue.insert(
          Arrival(
            cost: next.cost - log(Double(edge.probability)), row: edge.to, from: next.row,
            edge: edge))
      }
      guard let pinned = rules.pinnedPerson(of: graph.faces[next.row].id) else { return }
      for other in members[pinned] ?? [] where arrivals[other] == nil {
        let edge = Edge(
          to: other, distance: try distance(next.row, other), probability: 1, told: true)
        queue.insert(Arrival(cost: next.cost, row: other, from: next.row, edge: edge))
      }
    }
    for row in inOrder(starts) { try take(Arrival(cost: 0, row: row)) }
    while let next = queue.popMin() { try take(next) }
    return SamePerson(
      query: query, rule: graph.rule,
      found: order.map { row in
        let face = graph.faces[row]
        return SamePerson.Finding(
          face: face.id, photo: face.path, ordinal: face.ordinal, name: face.name,
          probability: Float(exp(-(arrivals[row]?.cost ?? 0))),
          chain: chain(to: row, arrivals, outside: outside))
      }, hidden: leftOut.count)
  }

  /// Where some cannot be one person with the others, most of them decide who is meant.
  private func inOrder(_ starts: [Int]) -> [Int] {
    func person(_ row: Int) -> PersonID? { rules.person(of: graph.faces[row].id) }
    let counts = Dictionary(grouping: starts, by: person).mapValues(\.count)
    return starts.sorted { a, b in
      (counts[person(b)] ?? 0, a) < (counts[person(a)] ?? 0, b)
    }
  }

  private func chain(
    to row: Int, _ arrivals: [Int: Arrival], outside: String
  ) -> [SamePerson.Step] {
    var steps: [SamePerson.Step] = []
    var row = row
    while let arrival = arrivals[row], let edge = arrival.edge {
      let before = arrival.from.map { graph.faces[$0] }
      steps.append(
        SamePerson.Step(
          face: before?.id, photo: before?.path ?? outside, distance: edge.distance,
          probability: edge.probability, told: edge.told))
      guard let from = arrival.from else { break }
      row = from
    }
    return steps
  }

  /// The rows of the faces that the user put to each person.
  private func pinnedMembers() -> [PersonID: [Int]] {
    var members: [PersonID: [Int]] = [:]
    for (row, face) in graph.faces.enumerated() {
      if let person = rules.pinnedPerson(of: face.id) { members[person, default: []].append(row) }
    }
    return members
  }
}

/// The faces of a person so far.
private struct Members {
  private let rules: LinkRules
  private var pinned: PersonID?
  private var persons: Set<PersonID> = []
  private var excluded: Set<PersonID> = []
  /// By photo.
  private var faces: [PhotoID: [FaceOutline]] = [:]

  init(_ rules: LinkRules) { self.rules = rules }

  /// Takes a face in, if it can be of the person.
  /// - Parameter people: whose it is not.
  mutating func takes(_ face: FaceOutline, unlike people: Set<PersonID>) -> Bool {
    let pin = rules.pinnedPerson(of: face.id)
    if let pin, let pinned, pin != pinned { return false }
    let apart = rules.excludedPeople(for: face.id).union(people)
    if let own = rules.person(of: face.id), excluded.contains(own) { return false }
    guard apart.isDisjoint(with: persons),
      faces[face.photo, default: []].allSatisfy({ rules.canBeOne($0, face) })
    else { return false }
    pinned = pinned ?? pin
    if let own = rules.person(of: face.id) { persons.insert(own) }
    excluded.formUnion(apart)
    faces[face.photo, default: []].append(face)
    return true
  }
}
