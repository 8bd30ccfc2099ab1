import LikenessCore

/// How well two sets of faces are linked: whether they may be of one person, and how sure that is.
///
/// One link between them may be wrong, as a stranger's face among somebody's is. So each face counts once, with the nearest
/// of the other set that is not taken yet. Where both sets have several faces, two such pairs have to be near; the
/// probability is that of the mean distance of the better half of the pairs, at least two, so that no single link decides.
public struct SeveralLinks: Sendable, Equatable {
  /// Pairs of a lower probability are not links, and sets of a lower one are not worth asking about.
  public static let leastProbability: Float = 0.02
  /// Of larger sets so many faces are compared.
  private static let mostFaces = 100

  /// How many pairs of faces are linked, each face in one of them only.
  public var links: Int
  /// The probability that both sets are of one person.
  public var probability: Float
  /// The greatest similarity of two faces, and their places in the sets.
  public var nearest: (similarity: Float, first: Int, second: Int)

  public static func == (a: Self, b: Self) -> Bool {
    (a.links, a.probability) == (b.links, b.probability) && a.nearest == b.nearest
  }

  /// - Parameters:
  ///   - first: how many faces one set has.
  ///   - second: how many the other has.
  ///   - similarity: the cosine similarity of a face of each, by their places.
  ///   - probability: that two faces of a cosine distance are of one person.
  /// - Returns: nil where the links do not suffice.
  public init?(
    _ first: Int, _ second: Int, similarity: (Int, Int) -> Float, probability: (Float) -> Float
  ) {
    let (own, others) = (Self.places(first), Self.places(second))
    guard !own.isEmpty, !others.isEmpty else { return nil }
    var pairs: [(similarity: Float, first: Int, second: Int)] = []
    pairs.reserveCapacity(own.count * others.count)
    for a in own {
      for b in others { pairs.append((similarity(a, b), a, b)) }
    }
    // The nearest first, equal ones in the order of their places.
    pairs.sort { ($1.similarity, $0.first, $0.second) < ($0.similarity, $1.first, $1.second) }
    let smaller = min(own.count, others.count)
    var chosen: [Float] = []
    if smaller == 1 {
      chosen = pairs.prefix(2).map(\.similarity)
      links = 1
    } else {
      var (taken, takenOthers): (Set<Int>, Set<Int>) = ([], [])
      for pair in pairs where chosen.count < smaller {
        guard !taken.contains(pair.first), !takenOthers.contains(pair.second) else { continue }
        taken.insert(pair.first)
        takenOthers.insert(pair.second)
        chosen.append(pair.similarity)
      }
      links = chosen.count { probability(max(0, 1 - $0)) >= Self.leastProbability }
      chosen = Array(chosen.prefix(max(2, (smaller + 1) / 2)))
    }
    let mean = chosen.reduce(0, +) / Float(chosen.count)
    self.probability = probability(max(0, 1 - mean))
    nearest = pairs[0]
    guard links >= min(2, smaller), self.probability >= Self.leastProbability else { return nil }
  }

  private static func places(_ count: Int) -> [Int] {
    guard count > mostFaces else { return Array(0..<count) }
    return (0..<mostFaces).map { $0 * count / mostFaces }
  }
}
