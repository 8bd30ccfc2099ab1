import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

/// Somebody of a gallery, and how near they are to somebody else.
public struct NearPerson: Sendable {
  /// Who it is.
  public let person: Person
  /// The distance of the two faces that are most alike, in the metric of the gallery's model.
  public let distance: Float
  /// The probability that two faces at that distance are one person, from 0 to 1.
  public let probability: Float
  /// The face of this person that is most like the other.
  public let face: FaceID
}

extension Likeness {
  /// The most faces that a person is compared by: those of one who is on thousands of photos tell no more.
  private static let comparedFaces = 64

  /// Who in the gallery looks most like a person, the nearest first; not the person itself. Without a text, nobody is among them
  /// who cannot be the person by their dates of birth and death: one of them is on a photo that the other cannot be on.
  /// - Parameters:
  ///   - person: whom the others are compared with.
  ///   - text: part of the others' names; empty for all, also those without a name.
  ///   - count: the maximum number of people.
  /// - Throws: `LikenessError.unknownPerson`, `.notEmbedded`, `GalleryError`, `IndexError`
  public func nearestPeople(
    to person: PersonID, named text: String = "", count: Int
  ) throws -> [NearPerson] {
    let list = try people.list().people
    guard let asked = list.first(where: { $0.id == person }) else {
      throw LikenessError.unknownPerson(person)
    }
    var others = list.filter {
      $0.id != person && (text.isEmpty || $0.name?.localizedCaseInsensitiveContains(text) ?? false)
    }
    // Whom a name is typed of is wanted in any case.
    if text.isEmpty { others = try people.possible(others, for: asked) }
    guard !others.isEmpty else { return [] }
    var owner: [FaceID: Int] = [:]
    for (row, other) in others.enumerated() {
      for face in other.faces { owner[face.face] = row }
    }
    var filter = FaceFilter()
    if !text.isEmpty { filter.people = others.map(\.id) }
    // Spread over all of them, as neighbours by number are often of one occasion.
    let own = asked.faces.map(\.face)
    let step = max(1, (own.count + Self.comparedFaces - 1) / Self.comparedFaces)
    let some = stride(from: 0, to: own.count, by: step).map { own[$0] }
    return try gallery.withSession {
      try gallery.withOneModel { store in
        let embeddings = try store.faces(ids: some).map(\.1)
        if embeddings.isEmpty, let face = own.first {
          _ = try gallery.embedding(of: face, in: store)
        }
        let thresholds = try thresholds.current(of: store)
        let metric = networks.verification.metric
        return try gallery.withFinder(of: store, filter, without: Set(own)) { finder in
          try Self.nearest(embeddings, finder, metric, owner: owner, count: count)
            .map { near in
              NearPerson(
                person: others[near.row], distance: near.distance,
                probability: thresholds.probability(at: near.distance), face: near.face)
            }
        }
      }
    }
  }

  /// The nearest of some groups of faces, each by its nearest face.
  /// - Parameter owner: the group of each face that counts.
  private static func nearest(
    _ queries: [Embedding], _ finder: any FaceFinder, _ metric: Metric, owner: [FaceID: Int],
    count: Int
  ) throws -> [(row: Int, distance: Float, face: FaceID)] {
    let groups = Set(owner.values).count
    // Many of the nearest faces may be of one person.
    var asked = 8 * min(count, groups) + 64
    while true {
      let limit = min(asked, max(1, finder.count))
      let (found, horizon) = try finder.nearest(toAnyOf: queries, count: limit, metric: metric)
      var seen: Set<Int> = []
      var answers: [(row: Int, distance: Float, face: FaceID)] = []
      for (face, distance, _) in found where answers.count < count && distance <= horizon {
        guard let row = owner[face], seen.insert(row).inserted else { continue }
        answers.append((row, distance, face))
      }
      if answers.count >= min(count, groups) || horizon == .infinity { return answers }
      asked *= 4
    }
  }
}
