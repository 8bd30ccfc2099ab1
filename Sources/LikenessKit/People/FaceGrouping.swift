import Atlas
import Gallery
import Search
import Vectors

/// A gallery's faces on their way to people: what a clustering works on, and what it may not touch.
struct FaceGrouping {
  let faces: FaceMatrix
  let assignment: PeopleAssignment
  /// The people in the order of their labels.
  let persons: [Int64]
  /// The label of each face's person, -1 for faces of nobody yet, `(n,)`.
  let labels: [Int32]
  private let neighbors: NeighborTable
  private let threads: Int
  private let clustering: PeopleClustering

  /// - Parameter assigned: the person of each face, instead of the one that is kept.
  init(
    _ store: GalleryStore, _ index: VectorIndex, assigned: [Int64: Int64]? = nil, threads: Int
  ) throws {
    let faces = try store.embeddings()
    self.init(
      faces, try store.peopleAssignment(), assigned,
      try NeighborTable(
        of: faces.embeddings, in: index, ids: faces.faces,
        width: PeopleClustering.standardNeighbors,
        threads: threads), threads: threads)
  }

  /// The same faces, with the people that there are by now.
  func following(_ store: GalleryStore, assigned: [Int64: Int64]?) throws -> FaceGrouping {
    FaceGrouping(faces, try store.peopleAssignment(), assigned, neighbors, threads: threads)
  }

  private init(
    _ faces: FaceMatrix, _ assignment: PeopleAssignment, _ assigned: [Int64: Int64]?,
    _ neighbors: NeighborTable, threads: Int
  ) {
    var assignment = assignment
    if let assigned { assignment.persons = assigned }
    let persons = Set(faces.faces.compactMap { assignment.persons[$0] }).sorted()
    let labelOf = Dictionary(
      uniqueKeysWithValues: persons.enumerated().map { ($1, Int32($0)) })
    let labels = faces.faces.map { face in
      assignment.persons[face].flatMap { labelOf[$0] } ?? -1
    }
    // Those who hold a pinned face are the groups.
    let groups = zip(faces.faces, labels).map { face, label in
      assignment.pinned.contains(face) ? label : -1
    }
    let constraints = ClusteringConstraints(
      photos: faces.photos, groups: groups,
      apart: assignment.apart.compactMap { pair in
        guard let low = labelOf[pair.low], let high = labelOf[pair.high] else { return nil }
        return (low, high)
      })
    clustering = PeopleClustering(
      faces.embeddings, neighbors: neighbors, constraints: constraints, threads: threads)
    (self.faces, self.assignment, self.persons) = (faces, assignment, persons)
    (self.labels, self.neighbors, self.threads) = (labels, neighbors, threads)
  }

  /// The cluster of each face, all made anew, `(n,)`.
  func anew(_ algorithm: ClusteringAlgorithm) -> [Int32] { clustering.clusters(algorithm).labels }

  /// The cluster of each face, where only those of nobody get one, `(n,)`.
  func extended() -> [Int32] { clustering.extended(labels) }

  /// Pairs of people who may be one, with rows of faces; the likeliest first.
  func suggestions() -> [PeopleClustering.Suggestion] {
    guard persons.count > 1 else { return [] }
    return clustering.suggestions(for: labels, count: .max)
  }
}
