import Clustering
import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

/// Sorting the faces of a gallery that is larger than a machine's memory.
extension GalleryPeople {
  /// So many faces are brought here at a time, and those that they look like.
  private static let facesInPart = 5_000

  /// Finds people for the faces of a server's gallery that have none, some photos at a time: the server is asked for
  /// the nearest of each, and each joins one of the people of these, or founds another one.
  ///
  /// What is done is kept after each part, so that an interrupted run resumes.
  /// - Parameter progress: called with how many faces were sorted, and how many there were without people.
  /// - Throws: `GalleryError`, and what `progress` throws
  func sortInParts(
    _ store: any SearchingStore, _ algorithm: ClusteringAlgorithm,
    progress: (Int, Int) throws -> Void
  ) throws {
    let total = try store.unsortedFaceCount()
    var sorted = 0
    while true {
      let photos = try store.unsortedPhotos(mostFaces: Self.facesInPart)
      guard !photos.isEmpty else { return }
      let own = try store.embeddings(ofPhotos: photos).certain
      let neighbors = try store.nearest(
        own.embeddings, count: PeopleClustering.standardNeighbors + 1)
      var ids = Set(own.faces).union(neighbors.joined().map(\.face))
      ids.formUnion(try facesThatDecide(among: ids, in: store))
      let faces = try store.embeddings(ids: ids.sorted())
      let grouping = try grouping(
        of: faces, try store.peopleAssignment(of: faces.faces), in: store)
      // Others that have no people yet have neighbours that are not here: their turn comes.
      let isOwn = Set(own.faces)
      let labels = zip(faces.faces, grouping.extended()).map { face, label in
        isOwn.contains(face) || grouping.assignment.persons[face] != nil ? label : -1
      }
      let before = try store.peopleState()
      sorted += own.faces.count
      try store.setPeople(
        faces: faces.faces, labels: labels,
        state: PeopleState(
          algorithm: algorithm.rawValue, revision: faces.revision, mark: "",
          clustered: before?.clustered ?? 0, joined: (before?.joined ?? 0) + own.faces.count))
      // Also those whose faces were removed since.
      try store.markSorted(photos: photos)
      try progress(sorted, max(sorted, total))
    }
  }

  /// The faces by which it is decided who may not join the people of some faces: those that are not of them, and those that
  /// the user put there.
  private func facesThatDecide(
    among faces: Set<FaceID>, in store: any SearchingStore
  ) throws -> Set<FaceID> {
    let assignment = try store.peopleAssignment(of: faces.sorted())
    let people = Set(assignment.persons.values)
    let rejections = assignment.rejected.filter { people.contains($0.person) }
    guard !rejections.isEmpty else { return [] }
    let own = try store.faces(ofPeople: Set(rejections.map(\.person)))
    let pinned = try store.peopleAssignment(of: own.sorted()).pinned
    return pinned.union(rejections.map(\.face))
  }

  /// Some of a gallery's faces, which have their neighbours among each other.
  private func grouping(
    of faces: FaceMatrix, _ assignment: PeopleAssignment, in store: any FaceStore
  ) throws -> FaceGrouping {
    let threads = networks.options.jobs
    let index = try VectorIndex(dimensions: faces.embeddings.dimensions)
    try index.insert(faces.embeddings, faces: faces.faces, threads: threads)
    return FaceGrouping(
      faces, assignment,
      try NeighborTable(
        of: faces.embeddings, in: index, faces: faces.faces,
        width: PeopleClustering.standardNeighbors, threads: threads),
      try LifeLimits(assignment.dates, photos: faces.photos, in: store),
      impostors: networks.verification.usualImpostors, threads: threads)
  }
}

/// Sorting a few faces that came to a large gallery.
extension GalleryPeople {
  /// A smaller gallery is sorted as a whole in little time.
  @TaskLocal static var fewestSortedByNeighbors: Int = 20_000
  /// Faces from all over the gallery that show how similar strangers are in it.
  private static let sampled = 4_000

  /// Whether new faces are so few that only those that they look like are looked at.
  static func isWorthSortingByNeighbors(_ new: Int, of count: Int) -> Bool {
    count >= fewestSortedByNeighbors && new * 50 <= count
  }

  /// Finds people for faces that have none among those whom they look like: each joins one of the people of its nearest
  /// faces, or founds another one. Nobody else is moved.
  ///
  /// What the whole gallery would say of them differs only in how similar strangers are, which is measured on some of it.
  /// - Parameters:
  ///   - assignment: who is who by now.
  ///   - unembedded: faces that are left alone.
  ///   - ruledOut: faces that cannot be of the person that they were sorted to.
  ///   - state: what the people are made of by now.
  /// - Returns: the person of each face where that could not be kept, nil where it is in the gallery; and whether keeping it
  ///   was a change of the gallery.
  /// - Throws: `GalleryError`, `IndexError`, and what `progress` throws
  func sortByNeighbors(
    _ store: any FaceStore, _ assignment: PeopleAssignment, besides unembedded: Set<FaceID>,
    again ruledOut: Set<FaceID>, _ state: PeopleState, _ progress: (Int, Int) throws -> Void
  ) throws -> (assigned: [FaceID: PersonID]?, hasChanged: Bool) {
    let revision = try store.revision()
    let left = try store.doubtfulFaces().union(unembedded)
    let all = try store.faces(after: .beforeFirst, limit: .max).filter { !left.contains($0) }
    let new = all.filter { assignment.persons[$0] == nil || ruledOut.contains($0) }
    let own = try store.faces(ids: new)
    guard !own.isEmpty else { return (nil, false) }
    let neighbors = try gallery.withIndex(of: store) {
      try $0.search(
        EmbeddingMatrix(own.map(\.1)), count: PeopleClustering.standardNeighbors + 1,
        filter: .others(than: left), threads: networks.options.jobs)
    }
    try progress(own.count / 2, own.count)
    var ids = Set(new).union(neighbors.joined().map(\.face))
    let step = max(1, all.count / Self.sampled)
    ids.formUnion(stride(from: 0, to: all.count, by: step).map { all[$0] })
    // People are told by faces that stay with them: of whoever is here, these are here.
    let people = Set(ids.compactMap { assignment.persons[$0] })
    ids.formUnion(
      assignment.fixed.filter { face in
        assignment.persons[face].map { people.contains($0) } ?? false
      })
    ids.formUnion(assignment.rejected.filter { people.contains($0.person) }.map(\.face))
    let found = try store.faces(ids: ids.subtracting(left).sorted())
    let faces = FaceMatrix(
      faces: found.map(\.0.id), photos: found.map(\.0.photo),
      embeddings: EmbeddingMatrix(found.map(\.1)), revision: revision)
    let grouping = try grouping(of: faces, assignment, in: store)
    let labels = grouping.extended()
    let kept = PeopleState(
      algorithm: state.algorithm, revision: revision, mark: try store.mark(of: revision),
      clustered: state.clustered, joined: state.joined + own.count)
    let isKept = try gallery.keepIfPossible {
      try $0.setPeople(faces: faces.faces, labels: labels, state: kept)
    }
    try progress(own.count, own.count)
    guard !isKept else { return (nil, true) }
    var assigned = assignment.persons
    let persons = PeoplePlan.persons(
      of: faces.faces, labels: labels, current: grouping.assignment)
    for (face, person) in zip(faces.faces, persons) { assigned[face] = person }
    return (assigned, false)
  }
}
