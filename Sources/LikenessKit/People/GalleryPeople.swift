import Clustering
import Foundation
import GalleryCore
import LikenessCore

/// The people of a gallery: faces that are taken to be one person, and what the user said of them.
public final class GalleryPeople: Sendable {
  let gallery: OpenGallery
  let networks: GalleryNetworks
  let thresholds: ThresholdMeasurement
  private let lastList: Remembered<PeopleList>
  private let lastPairs: Remembered<[LinkedPair]>

  init(of gallery: OpenGallery, _ networks: GalleryNetworks, _ thresholds: ThresholdMeasurement) {
    (self.gallery, self.networks, self.thresholds) = (gallery, networks, thresholds)
    lastList = Remembered(of: gallery)
    lastPairs = Remembered(of: gallery)
  }

  /// Whether `list()` answers at once, since the gallery has not changed since it last did.
  public var isListAtHand: Bool { lastList.isAtHand }
  /// Whether `suggestions()` answers at once, since the gallery has not changed since it last did.
  public var areSuggestionsAtHand: Bool { lastPairs.isAtHand }

  /// Who is in the gallery. Doubtful faces have no person.
  ///
  /// The first call clusters the faces, and the result is kept. Later calls only assign faces added since, unless these
  /// are more than a fifth of all. The user's edits always take precedence. In a gallery that cannot be written now, the
  /// answer is the same but is not kept.
  /// - Parameters:
  ///   - algorithm: how faces are clustered; nil for the last algorithm. A different one than last time starts
  ///     over.
  ///   - again: clusters all faces again.
  ///   - includingHidden: whether people and faces that the user hid are in the list.
  ///   - progress: called with how many faces were processed, and how many will be; if it throws, the work ends
  ///     and nothing is kept.
  /// - Throws: `GalleryError`, `IndexError`, and what `progress` throws
  public func list(
    algorithm: ClusteringAlgorithm? = nil, again: Bool = false, includingHidden: Bool = false,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> PeopleList {
    if algorithm == nil, !again, !includingHidden, let known = try lastList.value() {
      return known
    }
    let making = try lastList.begin()
    let found = try groupFaces(algorithm, again: again, progress: progress)
    let list = try found.list(includingHidden: includingHidden)
    // What could not be kept has numbers of this answer only.
    if list.kept, !includingHidden {
      try lastList.keep(list, of: making, changed: found.hasChanged)
    }
    return list
  }

  /// Pairs of people who may be one person, the likeliest first; without pairs whom the user gave different names or said
  /// are different, without pairs of whom one is on a photo of before the other's birth or after the other's death, and without
  /// people whom the user hid. Where both have several faces, several links have to speak for it, see `SeveralLinks`. People are
  /// brought up to date first, as by `list`.
  /// - Parameters:
  ///   - person: only pairs with this person; nil for all.
  ///   - count: the maximum number of pairs.
  ///   - algorithm: the clustering algorithm; nil for the one of the last clustering.
  ///   - again: clusters all faces again, not only new ones.
  /// - Throws: `GalleryError`, `IndexError`
  public func suggestions(
    of person: PersonID? = nil, count: Int = 20, algorithm: ClusteringAlgorithm? = nil,
    again: Bool = false
  ) throws -> [MergeSuggestion] {
    let suggestions = try pairs(algorithm, again: again).lazy
      .filter { $0.together == nil }.map(\.suggestion)
      .filter { pair in person.map { [pair.first.id, pair.second.id].contains($0) } ?? true }
    return Array(suggestions.prefix(count))
  }

  /// Two people who are linked by several faces.
  struct LinkedPair: Sendable {
    var suggestion: MergeSuggestion
    /// Where they are in one photo together, the two faces there that are most alike, of the first and of the second person.
    var together: [FaceID]?
  }

  /// All pairs of people who may be one, also those who are in one photo together; the likeliest first.
  func pairs(_ algorithm: ClusteringAlgorithm? = nil, again: Bool = false) throws -> [LinkedPair] {
    if algorithm == nil, !again, let known = try lastPairs.value() { return known }
    let making = try lastPairs.begin()
    let found = try groupFaces(algorithm, again: again)
    let pairs = try pairs(among: found, try found.list().people)
    if found.isKept { try lastPairs.keep(pairs, of: making, changed: found.hasChanged) }
    return pairs
  }

  /// The people of a gallery, and what they were made of.
  package struct GroupedFaces {
    let store: any FaceStore
    private let algorithm: ClusteringAlgorithm
    /// The person of each face where that could not be kept, nil where it is in the gallery.
    let assigned: [FaceID: PersonID]?
    /// Nil where all faces had their people already, or only few had none.
    let grouping: FaceGrouping?
    /// Whether keeping them was a change of the gallery.
    let hasChanged: Bool

    fileprivate init(
      _ store: any FaceStore, _ algorithm: ClusteringAlgorithm, assigned: [FaceID: PersonID]? = nil,
      hasChanged: Bool = false, _ grouping: FaceGrouping? = nil
    ) {
      (self.store, self.algorithm, self.hasChanged) = (store, algorithm, hasChanged)
      (self.assigned, self.grouping) = (assigned, grouping)
    }

    /// Whether the gallery has them, or they are of this answer only.
    var isKept: Bool { assigned == nil }

    package func list(includingHidden: Bool = false) throws -> PeopleList {
      let all = try store.people(assigned: assigned)
      let shown = all.compactMap { Person($0, includingHidden: includingHidden) }
      // Whose faces are hidden in part may have come before others.
      let people = shown.sorted { ($1.faces.count, $0.id) < ($0.faces.count, $1.id) }
      return PeopleList(
        people: people, hidden: all.count - shown.count, algorithm: algorithm.rawValue,
        kept: isKept)
    }
  }

  /// Gives every face a person that is not doubtful.
  package func groupFaces(
    _ algorithm: ClusteringAlgorithm? = nil, again: Bool = false,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> GroupedFaces {
    let store = try gallery.reader()
    let state = try store.peopleState()
    let last = state.flatMap { ClusteringAlgorithm(rawValue: $0.algorithm) }
    let wanted = algorithm ?? last ?? .likeness
    let count = try store.certainFaceCount()
    guard count > 0 else { return GroupedFaces(store, wanted) }
    if let server = store.searching, count > gallery.facesHeldAtOnce {
      try sortInParts(server, wanted, progress: progress)
      try gallery.requireRoom(for: store)
      return GroupedFaces(store, wanted)
    }
    let unembedded = try store.unembeddedFaces()
    let assignment = try store.peopleAssignment()
    let ruledOut = try assignment.ruledOut(in: store)
    let sorted = assignment.persons.keys.count {
      unembedded[$0] == nil && !ruledOut.contains($0)
    }
    let new = max(0, count - sorted)
    let isWhole = again || wanted != last || state.map { ($0.joined + new) * 5 > count } ?? true
    guard isWhole || new > 0 else { return GroupedFaces(store, wanted) }
    if !isWhole, let state, store.searching == nil,
      Self.isWorthSortingByNeighbors(new, of: count)
    {
      let (assigned, hasChanged) = try sortByNeighbors(
        store, assignment, besides: Set(unembedded.keys), again: ruledOut, state, progress)
      return GroupedFaces(store, wanted, assigned: assigned, hasChanged: hasChanged)
    }
    let grouping = try grouping(of: store, progress: progress)
    let labels = isWhole ? grouping.anew(wanted) : grouping.extended()
    let revision = grouping.faces.revision
    let kept = PeopleState(
      algorithm: wanted.rawValue, revision: revision, mark: try store.mark(of: revision),
      clustered: isWhole ? count : state?.clustered ?? 0,
      joined: isWhole ? 0 : (state?.joined ?? 0) + new)
    let isKept = try gallery.keepIfPossible {
      try $0.setPeople(faces: grouping.faces.faces, labels: labels, state: kept)
    }
    if isKept { return GroupedFaces(store, wanted, hasChanged: true, grouping) }
    let persons = PeoplePlan.persons(
      of: grouping.faces.faces, labels: labels, current: grouping.assignment)
    var assigned: [FaceID: PersonID] = [:]
    for (face, person) in zip(grouping.faces.faces, persons) { assigned[face] = person }
    return GroupedFaces(store, wanted, assigned: assigned, grouping)
  }

  private func grouping(
    of store: any FaceStore, assigned: [FaceID: PersonID]? = nil,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> FaceGrouping {
    let (verification, threads) = (networks.verification, networks.options.jobs)
    return try gallery.withIndex(of: store) {
      try FaceGrouping(
        store, $0, verification, assigned: assigned, threads: threads, progress: progress)
    }
  }

  /// As the public one, of people who are found out already.
  package func suggestions(
    among found: GroupedFaces, _ people: [Person], count: Int
  ) throws -> [MergeSuggestion] {
    Array(
      try pairs(among: found, people).lazy.filter { $0.together == nil }.map(\.suggestion)
        .prefix(count))
  }

  private func pairs(among found: GroupedFaces, _ people: [Person]) throws -> [LinkedPair] {
    let people = Dictionary(uniqueKeysWithValues: people.map { ($0.id, $0) })
    guard people.count > 1 else { return [] }
    let grouping =
      try found.grouping?.following(found.store, assigned: found.assigned)
      ?? grouping(of: found.store, assigned: found.assigned)
    let thresholds = try thresholds.current(of: found.store)
    let suggested = grouping.suggestions(without: try found.store.hiddenFaces()) {
      thresholds.probability(at: $0)
    }
    return suggested.compactMap { pair in
      guard pair.a >= 0, pair.b >= 0, let first = people[grouping.persons[Int(pair.a)]],
        let second = people[grouping.persons[Int(pair.b)]], !(first.given && second.given)
      else { return nil }
      let suggestion = MergeSuggestion(
        first: first, second: second, probability: pair.probability, links: pair.links,
        distance: pair.distance,
        faces: [grouping.faces.faces[pair.faces.0], grouping.faces.faces[pair.faces.1]])
      return LinkedPair(
        suggestion: suggestion,
        together: pair.together.map { [grouping.faces.faces[$0.0], grouping.faces.faces[$0.1]] })
    }
  }
}
