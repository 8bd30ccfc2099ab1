import GalleryCore
import LikenessCore

/// Faces that the user said not to be of some people, with those that the user put there: what other faces are compared with.
///
/// A face that is nearer to one that was rejected than to each that is confirmed is not of the person without better evidence;
/// a clustering goes by the same (`ClusteringConstraints.rejected`).
struct RejectionEvidence {
  private struct Person {
    var rejected: [Embedding] = []
    var confirmed: [Embedding] = []
  }

  private var people: [PersonID: Person] = [:]

  /// - Returns: nil where nothing was rejected.
  init?(_ rejections: [PeopleBook.Rejection], of store: any FaceStore) throws {
    guard !rejections.isEmpty else { return nil }
    for (person, rejected) in Dictionary(grouping: rejections, by: \.person) {
      let own = try store.people(ofFaces: try store.faces(ofPeople: [person]))
      let pinned = try Self.pinned(Set(own.keys), store)
      people[person] = Person(
        rejected: try store.faces(ids: rejected.map(\.face)).map(\.1),
        confirmed: try store.faces(ids: pinned.sorted()).map(\.1))
    }
  }

  private static func pinned(
    _ faces: Set<FaceID>, _ store: any FaceStore
  ) throws -> Set<FaceID> {
    let assignment =
      try store.searching?.peopleAssignment(of: faces.sorted()) ?? store.peopleAssignment()
    return assignment.pinned.intersection(faces)
  }

  /// The people whom a face is less like than one that is not theirs.
  func people(barredTo embedding: Embedding) -> Set<PersonID> {
    func distance(_ others: [Embedding]) -> Float {
      others.map { Metric.cosine.distance(embedding, $0) }.min() ?? .infinity
    }
    return Set(people.filter { distance($0.value.rejected) < distance($0.value.confirmed) }.keys)
  }
}
