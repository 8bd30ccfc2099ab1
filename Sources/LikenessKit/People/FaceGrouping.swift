import Clustering
import GalleryCore
import LikenessCore
import VectorSearch

/// A gallery's faces on their way to people: what a clustering works on, and what it may not touch.
struct FaceGrouping {
  let faces: FaceMatrix
  let assignment: PeopleAssignment
  /// The people in the order of their labels.
  let persons: [PersonID]
  /// The label of each face's person, -1 for faces without a person, `(n,)`.
  let labels: [Int32]
  private let neighbors: NeighborTable
  private let impostors: ImpostorDistribution
  private let threads: Int
  /// The clustering's rows, each a row of `faces`: in an order of content, so that the same faces come to the same
  /// people in whatever order a gallery has them.
  private let order: [Int]
  private let clustering: PeopleClustering

  /// - Parameters:
  ///   - assigned: the person of each face, instead of the one that is kept.
  ///   - progress: called with how many faces have their neighbours, and how many there are.
  /// - Throws: `GalleryError`, `IndexError`, and what `progress` throws
  init(
    _ store: any FaceStore, _ index: VectorIndex, _ verification: Verification,
    assigned: [FaceID: PersonID]? = nil, threads: Int,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    let faces = try store.embeddings().certain
    let assignment = try store.peopleAssignment()
    self.init(
      faces, assignment, assigned: assigned,
      try NeighborTable(
        of: faces.embeddings, in: index, faces: faces.faces,
        width: PeopleClustering.standardNeighbors, threads: threads, progress: progress),
      try LifeLimits(assignment.dates, photos: faces.photos, in: store),
      impostors: verification.usualImpostors, threads: threads)
  }

  /// The same faces, with the people that there are by now.
  func following(_ store: any FaceStore, assigned: [FaceID: PersonID]?) throws -> FaceGrouping {
    let assignment = try store.peopleAssignment()
    return FaceGrouping(
      faces, assignment, assigned: assigned, neighbors,
      try LifeLimits(assignment.dates, photos: faces.photos, in: store), impostors: impostors,
      threads: threads)
  }

  /// - Parameters:
  ///   - neighbors: of the faces among each other.
  ///   - limits: by when people were born and died.
  ///   - impostors: how similar they usually are for the model.
  init(
    _ faces: FaceMatrix, _ assignment: PeopleAssignment, assigned: [FaceID: PersonID]? = nil,
    _ neighbors: NeighborTable, _ limits: LifeLimits, impostors: ImpostorDistribution,
    threads: Int
  ) {
    var assignment = assignment
    if let assigned { assignment.persons = assigned }
    if !limits.isEmpty {
      // Those that the user put there stay.
      for (face, photo) in zip(faces.faces, faces.photos) where !assignment.pinned.contains(face) {
        guard let person = assignment.persons[face], limits.rulesOut(person, on: photo) else {
          continue
        }
        assignment.persons[face] = nil
      }
    }
    let persons = Set(faces.faces.compactMap { assignment.persons[$0] }).sorted()
    let labelOf = Dictionary(
      uniqueKeysWithValues: persons.enumerated().map { ($1, Int32($0)) })
    let labels = faces.faces.map { face in
      assignment.persons[face].flatMap { labelOf[$0] } ?? -1
    }
    // Those who hold a face that stays are the groups.
    let fixed = assignment.fixed
    let groups = zip(faces.faces, labels).map { face, label in fixed.contains(face) ? label : -1 }
    let order = faces.embeddings.orderOfContent()
    var ruledOut: [PhotoID: [Int32]] = [:]
    if !limits.isEmpty {
      for photo in faces.photos where ruledOut[photo] == nil {
        ruledOut[photo] = limits.peopleRuledOut(on: photo).compactMap { labelOf[$0] }
      }
    }
    let rejected = Dictionary(grouping: assignment.rejected, by: \.face)
    let constraints = ClusteringConstraints(
      photos: order.map { faces.photos[$0] }, groups: order.map { groups[$0] },
      apart: assignment.apart.compactMap { pair in
        guard let low = labelOf[pair.low], let high = labelOf[pair.high] else { return nil }
        return (low, high)
      },
      rejected: rejected.isEmpty
        ? []
        : order.enumerated().flatMap { row, place in
          rejected[faces.faces[place], default: []].compactMap { rejection in
            labelOf[rejection.person].map { (row: row, group: $0) }
          }
        },
      ruledOut: ruledOut.isEmpty ? [] : order.map { ruledOut[faces.photos[$0], default: []] })
    clustering = PeopleClustering(
      faces.embeddings[order], neighbors: neighbors.reordered(order), constraints: constraints,
      prior: impostors, threads: threads)
    self.order = order
    self.impostors = impostors
    (self.faces, self.assignment, self.persons) = (faces, assignment, persons)
    (self.labels, self.neighbors, self.threads) = (labels, neighbors, threads)
  }

  /// The cluster of each face, all made anew, `(n,)`.
  func anew(_ algorithm: ClusteringAlgorithm) -> [Int32] {
    ofFaces(clustering.clusters(algorithm).labels, newFrom: 0)
  }

  /// The cluster of each face, where only faces without a person get one, `(n,)`.
  func extended() -> [Int32] {
    ofFaces(clustering.extended(order.map { labels[$0] }), newFrom: Int32(persons.count))
  }

  /// Pairs of people who may be one, with rows of faces; the likeliest first.
  /// - Parameters:
  ///   - hidden: faces that do not count.
  ///   - probability: that two faces of a cosine distance are of one person.
  func suggestions(
    without hidden: Set<FaceID>, probability: (Float) -> Float
  ) -> [PeopleClustering.Suggestion] {
    guard persons.count > 1 else { return [] }
    return clustering.suggestions(
      for: order.map { hidden.contains(faces.faces[$0]) ? -1 : labels[$0] }, count: .max,
      probability: probability
    ).map { pair in
      var pair = pair
      pair.faces = (order[pair.faces.0], order[pair.faces.1])
      pair.together = pair.together.map { (order[$0.0], order[$0.1]) }
      return pair
    }
  }

  /// The labels of the clustering's rows as those of the faces, `(n,)`.
  /// - Parameter first: labels from it on are new, and are numbered anew as the faces come.
  private func ofFaces(_ found: [Int32], newFrom first: Int32) -> [Int32] {
    var labels = [Int32](repeating: -1, count: found.count)
    for (row, label) in zip(order, found) { labels[row] = label }
    var numbers: [Int32: Int32] = [:]
    return labels.map { label in
      guard label >= first else { return label }
      let number = numbers[label] ?? first + Int32(numbers.count)
      numbers[label] = number
      return number
    }
  }
}
