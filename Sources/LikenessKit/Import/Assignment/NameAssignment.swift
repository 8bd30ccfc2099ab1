import Foundation

/// Finds out whose face is whose where all that is known of photos is who is on them, as a list of names without places.
///
/// Names go to clusters of faces: a cluster is on the photos of whoever it is, and hardly on others. Expectation
/// maximisation (Dempster, Laird and Rubin 1977; for names and faces Berg et al. 2004) alternates between how often the
/// faces of each cluster have each name, and how likely each face of a photo is each name of its list, summed over all ways
/// to give every name to at most one face. What a photo says is not evidence for itself: it is left out of the clusters'
/// counts, and of the faces that a name is known by, when its own faces are looked at. So names that are always listed together, of
/// faces that are always together, stay undecided.
struct NameAssignment {
  /// A photo with a list of names.
  struct Photo {
    /// Rows of faces.
    var faces: [Int]
    /// Each once.
    var names: [Int]
  }

  /// What is known of a face before.
  enum Known {
    case nothing
    /// The user said so.
    case name(Int)
    /// It is nobody of any list.
    case other
  }

  /// A name for a face.
  struct Answer: Equatable {
    var name: Int
    var probability: Double
  }

  let photos: [Photo]
  /// The cluster of each face, `(faces,)`, from 0.
  let clusters: [Int]
  /// `(faces,)`
  let known: [Known]
  let names: Int
  /// The logarithm of the odds that two faces are of one person, by their rows.
  let logOdds: (Int, Int) -> Double

  /// How often somebody who is listed has a face on the photo that is not found.
  private static let missing = 0.08
  /// How often a face of somebody who is listed elsewhere is on a photo without being listed there.
  private static let unlisted = 0.1
  /// How many faces a cluster is taken to have that say nothing, and the part of them that are nobody of the list.
  private static let (pseudoCount, nobody) = (1.0, 0.3)
  /// How often a person's cluster is on a photo whose list has the person's name.
  private static let listed = 0.9
  /// So many faces show what somebody looks like, those of at least such a probability.
  private static let (references, referenceProbability) = (32, 0.9)
  private static let rounds = 20

  /// Expected names of the faces of a cluster.
  private struct Counts {
    var names: [Int: Double] = [:]
    var nobody = 0.0
    var total = 0.0

    mutating func add(_ part: [Int: Double], times: Double = 1) {
      var left = 1.0
      for (name, probability) in part {
        names[name, default: 0] += times * probability
        left -= probability
      }
      nobody += times * max(0, left)
      total += times
    }
  }

  /// The likeliest name of each face that is on a photo with a list and not known before; nil where no name is likelier than none.
  /// - Returns: `(faces,)`
  func answers() -> [Answer?] {
    // Of faces on photos with a list, and known ones wherever they are.
    var probabilities = [[Int: Double]?](repeating: nil, count: clusters.count)
    for (face, known) in known.enumerated() {
      switch known {
      case .nothing: break
      case .name(let name): probabilities[face] = [name: 1]
      case .other: probabilities[face] = [:]
      }
    }
    let photoOf = photoOfFaces
    let first = cooccurrence()
    for photo in photos { look(at: photo, &probabilities, first) }
    for _ in 0..<Self.rounds {
      let counts = counts(probabilities)
      let references = references(probabilities)
      let before = probabilities
      for (place, photo) in photos.enumerated() {
        look(at: photo, &probabilities) { face, names in
          weights(
            of: face, names, counts: without(photo, before, counts[clusters[face]], face),
            references: references, photoOf: photoOf, place: place)
        }
      }
      var change = 0.0
      for (old, new) in zip(before, probabilities) {
        guard let old, let new else { continue }
        for name in Set(old.keys).union(new.keys) {
          change = max(change, abs(old[name, default: 0] - new[name, default: 0]))
        }
      }
      if change < 1e-3 { break }
    }
    return probabilities.enumerated().map { face, probabilities in
      guard case .nothing = known[face], let probabilities,
        let best = probabilities.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        best.value > 1 - probabilities.values.reduce(0, +)
      else { return nil }
      return Answer(name: best.key, probability: best.value)
    }
  }

  /// Gives the faces of a photo that are not known the probabilities that follow from weights.
  /// - Parameter weights: of a face, for each of some names, and for nobody of them.
  private func look(
    at photo: Photo, _ probabilities: inout [[Int: Double]?],
    _ weights: (_ face: Int, _ names: [Int]) -> (names: [Double], none: Double)
  ) {
    var (faces, names) = ([Int](), photo.names)
    for face in photo.faces {
      switch known[face] {
      case .nothing: faces.append(face)
      case .name(let name): names.removeAll { $0 == name }
      case .other: break
      }
    }
    let found = faces.map { weights($0, names) }
    let parts = OneToOne.probabilities(
      found.map(\.names), none: found.map(\.none), missing: log(Self.missing))
    for (face, part) in zip(faces, parts) {
      probabilities[face] = Dictionary(
        uniqueKeysWithValues: zip(names, part).filter { $0.1 > 1e-6 })
    }
  }

  private var photoOfFaces: [Int] {
    var result = [Int](repeating: -1, count: clusters.count)
    for (place, photo) in photos.enumerated() { for face in photo.faces { result[face] = place } }
    return result
  }

  private func counts(_ probabilities: [[Int: Double]?]) -> [Counts] {
    var counts = [Counts](repeating: Counts(), count: (clusters.max() ?? -1) + 1)
    for (face, part) in probabilities.enumerated() {
      if let part { counts[clusters[face]].add(part) }
    }
    return counts
  }

  /// The counts of a face's cluster as the other photos make them.
  private func without(
    _ photo: Photo, _ probabilities: [[Int: Double]?], _ counts: Counts, _ face: Int
  ) -> Counts {
    var counts = counts
    for other in photo.faces where clusters[other] == clusters[face] {
      if let part = probabilities[other] { counts.add(part, times: -1) }
    }
    return counts
  }

  /// Faces that somebody is known by, at most `references`, spread over all of them.
  private func references(_ probabilities: [[Int: Double]?]) -> [[Int]] {
    var faces = [[Int]](repeating: [], count: names)
    for (face, part) in probabilities.enumerated() {
      guard let part else { continue }
      for (name, probability) in part where probability >= Self.referenceProbability {
        faces[name].append(face)
      }
    }
    return faces.map { all in
      guard all.count > Self.references else { return all }
      return (0..<Self.references).map { all[$0 * all.count / Self.references] }
    }
  }

  private func weights(
    of face: Int, _ names: [Int], counts: Counts, references: [[Int]], photoOf: [Int], place: Int
  ) -> (names: [Double], none: Double) {
    let prior = (1 - Self.nobody) / Double(max(1, names.count))
    let total = log(max(0, counts.total) + Self.pseudoCount)
    let listed = names.map { name in
      log(max(0, counts.names[name, default: 0]) + Self.pseudoCount * prior) - total
        + likeness(of: face, to: references[name], photoOf, place)
    }
    let elsewhere = counts.names.reduce(0.0) {
      names.contains($1.key) ? $0 : $0 + max(0, $1.value)
    }
    let none =
      log(
        max(0, counts.nobody) + Self.pseudoCount * Self.nobody + Self.unlisted * elsewhere)
      - total
    return (listed, none)
  }

  /// The mean log-odds of a face with those of somebody on other photos, the nearer to 0 the fewer these are.
  private func likeness(of face: Int, to others: [Int], _ photoOf: [Int], _ place: Int) -> Double {
    var (sum, count) = (0.0, 0)
    for other in others where photoOf[other] != place {
      sum += max(-6, min(6, logOdds(face, other)))
      count += 1
    }
    return sum / Double(count + 2)
  }

  /// Weights by which photos clusters and names have in common, each photo's own left out.
  private func cooccurrence() -> (_ face: Int, _ names: [Int]) -> (names: [Double], none: Double) {
    let all = Double(photos.count)
    var photosOfName = [Double](repeating: 0, count: names)
    var photosOfCluster: [Int: Double] = [:]
    var shared: [Int: [Int: Double]] = [:]
    for photo in photos {
      for name in photo.names { photosOfName[name] += 1 }
      for cluster in Set(photo.faces.map { clusters[$0] }) {
        photosOfCluster[cluster, default: 0] += 1
        for name in photo.names { shared[cluster, default: [:]][name, default: 0] += 1 }
      }
    }
    var said: [Int: [Int: Double]] = [:]
    for (face, known) in known.enumerated() {
      if case .name(let name) = known { said[clusters[face], default: [:]][name, default: 0] += 1 }
    }
    return { [clusters] face, names in
      let cluster = clusters[face]
      let prior = log((1 - Self.nobody) / Double(max(1, names.count)))
      let known = said[cluster] ?? [:]
      let knownCount = known.values.reduce(0, +)
      let weights = names.map { name in
        let usual = (photosOfName[name] + 0.5) / (all + 1)
        let together = max(0, (shared[cluster]?[name] ?? 0) - 1)
        let apart = max(0, (photosOfCluster[cluster] ?? 0) - 1 - together)
        let own = known[name] ?? 0
        let evidence =
          together * log(Self.listed / usual)
          + apart * log((1 - Self.listed) / (1 - usual)) + 4 * (own - (knownCount - own))
        return prior + max(-8, min(8, evidence))
      }
      return (weights, log(Self.nobody))
    }
  }
}
