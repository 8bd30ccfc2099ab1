import LikenessCore
import LikenessKit

/// How often a person is recognised from a single photo: each person's first photo is enrolled, and all
/// others are to find it (Koch et al. 2015, with all people at once instead of twenty).
public struct OneShotReport: Codable, Sendable {
  /// The part of probes whose nearest enrolled photo is of their person; and one of the five nearest.
  public var rank1: Double
  /// The part of probes with their person among the five nearest enrolled photos.
  public var rank5: Double
  /// People enrolled, and photos that look for them.
  public var people: Int
  /// Photos that look for their person.
  public var probes: Int
  /// What ranked: a head's name, or the plain distance.
  public var by: String
}

extension Likeness {
  /// Enrols one photo of each person of the gallery and lets all others look for them.
  /// - Parameters:
  ///   - name: the head that ranks; nil for the plain distance.
  ///   - people: who is left out, such as those that a head learnt from.
  ///   - progress: called with how many probes are done and how many there are.
  /// - Throws: `LikenessError`, `GalleryError`, `ModelError`
  public func evaluateOneShot(
    head name: String? = nil, leavingOut people: Set<String> = [],
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> OneShotReport {
    let faces = try numberedFaces()
    let head = try name.map { try networks.options.models.head($0, for: faces.model) }
    let metric = networks.verification.metric
    let photos = faces.photos.filter { !people.contains($0.person) }
    let byPerson = Dictionary(grouping: photos, by: \.person)
    let enrolled = byPerson.values.compactMap(\.first).sorted()
    let probes = byPerson.values.flatMap { $0.dropFirst() }.sorted()
    guard enrolled.count > 1, !probes.isEmpty else {
      throw LikenessError.tooFewPairs(
        path: gallery.place.path, reason: "two people, one with two photos, are the least")
    }
    let rows = EmbeddingMatrix(enrolled.compactMap { faces[$0] })
    var (first, five) = (0, 0)
    try OrderedWork.run(
      probes, jobs: networks.options.jobs,
      makeWorker: {
        { probe -> Int in
          guard let embedding = faces[probe] else { return enrolled.count }
          let distances = embedding.values.withUnsafeBufferPointer { query in
            (0..<rows.count).map { row in
              rows.withRow(row) { head?.distance(query, $0) ?? metric.distance(query, $0) }
            }
          }
          guard let own = enrolled.firstIndex(where: { $0.person == probe.person }) else {
            return enrolled.count
          }
          // Ties with the right person count against it.
          return distances.count { $0 <= distances[own] } - 1
        }
      },
      consume: { index, ahead in
        if ahead < 1 { first += 1 }
        if ahead < 5 { five += 1 }
        progress(index + 1, probes.count)
      })
    return OneShotReport(
      rank1: Double(first) / Double(probes.count), rank5: Double(five) / Double(probes.count),
      people: enrolled.count, probes: probes.count, by: head?.name ?? metric.rawValue)
  }
}
