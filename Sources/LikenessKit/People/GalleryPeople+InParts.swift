import Clustering
import Foundation
import GalleryCore
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
      let index = try VectorIndex(dimensions: faces.embeddings.dimensions)
      try index.insert(faces.embeddings, faces: faces.faces, threads: networks.options.jobs)
      let assignment = try store.peopleAssignment(of: faces.faces)
      let grouping = FaceGrouping(
        faces, assignment,
        try NeighborTable(
          of: faces.embeddings, in: index, faces: faces.faces,
          width: PeopleClustering.standardNeighbors, threads: networks.options.jobs),
        try LifeLimits(assignment.dates, photos: faces.photos, in: store),
        impostors: networks.verification.usualImpostors, threads: networks.options.jobs)
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
}
