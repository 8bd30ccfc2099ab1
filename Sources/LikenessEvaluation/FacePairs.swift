import LikenessCore
import Synchronization
import VectorSearch

/// All pairs of many faces, by whom they show: some hundred million distances a second, none of them kept.
struct FacePairs: Sendable {
  /// An impostor pair of faces.
  struct Pair: Sendable {
    var distance: Float
    var first: Int32
    var second: Int32
  }

  let rows: MetricRows
  /// Whom each face shows, as a number, `(n,)`.
  let people: [Int32]
  private let threads: Int

  /// Faces whose distances are computed at once: their vectors stay in the cache.
  private static let tile = 256

  /// - Parameters:
  ///   - vectors: an embedding for each face, `(n, d)`.
  ///   - people: whom it shows, as a number from 0, `(n,)`.
  init(_ vectors: EmbeddingMatrix, people: [Int32], metric: Metric, threads: Int) {
    precondition(vectors.count == people.count)
    rows = MetricRows(vectors, metric: metric)
    (self.people, self.threads) = (people, threads)
  }

  /// How many faces each person has, `(people,)`; of the highest number that there is.
  var facesOfPeople: [Int] {
    var counts = [Int](repeating: 0, count: Int((people.max() ?? -1) + 1))
    for person in people { counts[Int(person)] += 1 }
    return counts
  }

  /// The number of impostor pairs.
  var impostorCount: Int { Int(VerificationScores.pairs(ofPhotos: facesOfPeople, nil)) }

  /// The distances between faces of one person, `(people, …)`.
  var genuine: [[Float]] {
    var faces = [[Int]](repeating: [], count: facesOfPeople.count)
    for (row, person) in people.enumerated() { faces[Int(person)].append(row) }
    return faces.map { faces in
      faces.indices.flatMap { a in
        faces[..<a].map { rows.distance(faces[a], $0) }
      }
    }
  }

  /// The distance that `rank` pairs of two people come before: the smallest of all for 0.
  ///
  /// Two passes over all pairs: the first finds roughly where it is, the second sorts what lies there.
  /// - Precondition: there are more such pairs.
  func impostorDistance(rank: Int) -> Float {
    let counts = reduceImpostors(into: [Int](repeating: 0, count: Self.keys)) {
      $0[Self.key($1.distance)] += 1
    } joining: { total, part in
      for key in total.indices { total[key] += part[key] }
    }
    var (key, before) = (0, 0)
    while before + counts[key] <= rank {
      before += counts[key]
      key += 1
    }
    let here = key
    let near = reduceImpostors(into: [Float]()) {
      if Self.key($1.distance) == here { $0.append($1.distance) }
    } joining: {
      $0 += $1
    }
    return near.sorted()[rank - before]
  }

  /// The impostor pairs up to a distance, in any order.
  func impostors(upTo distance: Float) -> [Pair] {
    reduceImpostors(into: []) {
      if $1.distance <= distance { $0.append($1) }
    } joining: {
      $0 += $1
    }
  }

  /// Reduces all impostor pairs on several threads, each into a partial result.
  /// - Parameters:
  ///   - empty: what each part begins with.
  ///   - take: takes in one pair, whose first face is the later one; called billions of times.
  ///   - join: takes in another part, in any order.
  func reduceImpostors<Part: Sendable>(
    into empty: Part, _ take: @Sendable (inout Part, Pair) -> Void,
    joining join: (inout Part, Part) -> Void
  ) -> Part {
    let tile = Self.tile
    let tiles = (rows.count + tile - 1) / tile
    // A thread takes a part that no other thread uses, and returns it.
    let idle = Mutex<[Part]>([])
    inParallel(tiles, threads: threads) { number in
      var part = idle.withLock { $0.popLast() } ?? empty
      // The last faces have most pairs: they come first.
      let block = tiles - 1 - number
      let later = block * tile..<min(rows.count, (block + 1) * tile)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: tile) { distances in
        let distances = distances.baseAddress!
        for start in stride(from: 0, to: later.upperBound, by: tile) {
          for row in later where start < row {
            let others = start..<min(row, start + tile)
            rows.distances(from: row, to: others, into: distances)
            let person = people[row]
            for (place, other) in others.enumerated() where people[other] != person {
              take(
                &part,
                Pair(distance: distances[place], first: Int32(row), second: Int32(other)))
            }
          }
        }
      }
      idle.withLock { $0.append(part) }
    }
    var total = empty
    for part in idle.withLock({ $0 }) { join(&total, part) }
    return total
  }

  /// Distances in the order of floats, a thousand keys for each doubling.
  private static let keys = 1 << 18

  private static func key(_ distance: Float) -> Int {
    // The bits of floats that are not negative are in their order; no number comes last.
    Int(distance.bitPattern & 0x7fff_ffff) >> 13
  }
}

extension VerificationScores {
  /// Of all pairs of many faces, with as many of the nearest impostors as rates up to one take.
  /// - Parameters:
  ///   - rate: the maximum false accept rate that will be evaluated.
  ///   - minimum: the number of impostor pairs to keep in any case.
  init(
    _ pairs: FacePairs, upToFalseAcceptRate rate: Double, keepingAtLeast minimum: Int = 1_000_000
  ) {
    let count = pairs.impostorCount
    // Where those drawn have more impostors among them than usual, the same rate lies further out.
    let kept = min(count, max(minimum, Int(10 * rate * Double(count))))
    let limit = kept == count ? Float.infinity : pairs.impostorDistance(rank: kept)
    let people = pairs.people
    self.init(
      impostors: pairs.impostors(upTo: limit).map {
        Impostor(
          distance: $0.distance, first: people[Int($0.first)], second: people[Int($0.second)])
      }, pairs: .all(photosOfPeople: pairs.facesOfPeople), genuine: pairs.genuine)
  }
}
