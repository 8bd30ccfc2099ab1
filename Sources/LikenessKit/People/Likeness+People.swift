import Atlas
import Foundation
import Gallery

extension Likeness {
  /// Who is in the gallery.
  ///
  /// Faces are put together at the first call, and that is kept. Later ones only find people for the faces
  /// that came since, unless these are more than a fifth of all. What the user said about people holds in
  /// any case. In a gallery that cannot be changed now, the answer is the same but is not kept.
  /// - Parameters:
  ///   - algorithm: how faces are put together; as it was done last unless said. Another one than the
  ///     last begins anew.
  ///   - again: puts all faces together anew.
  /// - Throws: `GalleryError`, `IndexError`
  public func people(
    algorithm: ClusteringAlgorithm? = nil, again: Bool = false
  ) throws -> PeopleList {
    let store = try GalleryStore(at: gallery, access: .read)
    let found = try groupFaces(of: store, algorithm, again: again)
    return PeopleList(
      people: try store.people(assigned: found.assigned).map(Person.init),
      algorithm: found.algorithm.rawValue, kept: found.assigned == nil)
  }

  /// Gives every face a person.
  /// - Returns: the person of each face where that could not be kept, nil where it is in the gallery.
  private func groupFaces(
    of store: GalleryStore, _ algorithm: ClusteringAlgorithm?, again: Bool
  ) throws -> (algorithm: ClusteringAlgorithm, assigned: [Int64: Int64]?) {
    let state = try store.peopleState()
    let last = state.flatMap { ClusteringAlgorithm(rawValue: $0.algorithm) }
    let wanted = algorithm ?? last ?? .likeness
    let count = try store.summary().faces
    let known = try store.peopleAssignment().persons.count
    guard count > 0 else { return (wanted, nil) }
    let new = max(0, count - known)
    let isWhole = again || wanted != last || state.map { ($0.joined + new) * 5 > count } ?? true
    guard isWhole || new > 0 else { return (wanted, nil) }
    let threads = options.jobs
    let grouping = try withIndex(of: store) { try FaceGrouping(store, $0, threads: threads) }
    let labels = isWhole ? grouping.anew(wanted) : grouping.extended()
    let revision = grouping.faces.revision
    let kept = PeopleState(
      algorithm: wanted.rawValue, revision: revision, mark: try store.mark(of: revision),
      clustered: isWhole ? count : state?.clustered ?? 0,
      joined: isWhole ? 0 : (state?.joined ?? 0) + new)
    let isKept = try GalleryStore.keepIfPossible(at: gallery) {
      try $0.setPeople(faces: grouping.faces.faces, labels: labels, state: kept)
    }
    if isKept { return (wanted, nil) }
    let persons = PeoplePlan.persons(
      of: grouping.faces.faces, labels: labels, current: grouping.assignment)
    var assigned: [Int64: Int64] = [:]
    for (face, person) in zip(grouping.faces.faces, persons) { assigned[face] = person }
    return (wanted, assigned)
  }

  /// Pairs of people who may be one, the likeliest first. Those whom the user gave different names or
  /// told apart are none.
  /// - Throws: `GalleryError`, `IndexError`
  public func mergeSuggestions(count: Int = 20) throws -> [MergeSuggestion] {
    let store = try GalleryStore(at: gallery, access: .read)
    let assigned = try groupFaces(of: store, nil, again: false).assigned
    let people = Dictionary(
      uniqueKeysWithValues: try store.people(assigned: assigned).map { ($0.id, Person($0)) })
    guard people.count > 1 else { return [] }
    let threads = options.jobs
    let grouping = try withIndex(of: store) {
      try FaceGrouping(store, $0, assigned: assigned, threads: threads)
    }
    let pairs = grouping.suggestions().lazy.compactMap { pair -> MergeSuggestion? in
      guard pair.a >= 0, pair.b >= 0, let first = people[grouping.persons[Int(pair.a)]],
        let second = people[grouping.persons[Int(pair.b)]], !(first.given && second.given)
      else { return nil }
      return MergeSuggestion(
        first: first, second: second, probability: pair.probability, distance: pair.distance,
        faces: [grouping.faces.faces[pair.faces.0], grouping.faces.faces[pair.faces.1]])
    }
    return Array(pairs.prefix(count))
  }
}
