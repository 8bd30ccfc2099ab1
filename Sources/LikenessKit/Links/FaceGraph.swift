import GalleryCore
import LikenessCore

/// The similarity graph of a gallery: faces, and links between those that are likely one person.
public struct FaceGraph: Sendable {
  /// In the order of their ids; the graph's rows, `(n,)`.
  public let faces: [FaceOutline]
  /// Each link once, with its distance in `metric` and the probability that both faces are one person in this
  /// gallery; in the order of their rows.
  public let graph: SimilarityGraph
  /// The user's rule that links faces; nil if the gallery's threshold does.
  public let rule: DistanceRule?
  /// What the links' distances are measured by: the rule's, else cosine.
  public let metric: Metric
  /// Those that fit the gallery, also where a rule links.
  public let thresholds: GalleryThresholds
  /// How many faces were searched for to bring the graph up to date.
  public let searched: Int
  /// False if the gallery cannot be written now, so that the links are not stored.
  public let isKept: Bool
  let people: PeopleAssignment
  let probability: LinkProbability
  /// Of the gallery, also where the graph is of some of its faces.
  let counts: LinkCounts

  /// The links between faces, by their places in `faces`.
  public var links: [SimilarityGraph.Link] { graph.links }

  /// Up to this distance, or below it where it is a rule's, faces are linked; in `metric`.
  public var threshold: Float { rule?.distance ?? thresholds.link.distance }

  /// - Parameters:
  ///   - links: those within the threshold and more; of faces that are there or not.
  ///   - counts: those of the gallery, where `faces` are some of its faces only.
  ///   - rule: the rule that links instead of the threshold.
  ///   - cosine: the cosine distance of a link's faces, which probabilities follow from; nil where one has gone.
  init(
    faces: [FaceOutline], links: some Sequence<FaceLink>, people: PeopleAssignment,
    thresholds: GalleryThresholds, counts: LinkCounts? = nil, verification: Verification,
    searched: Int, isKept: Bool, rule: DistanceRule? = nil,
    cosine: (FaceLink) -> Float? = { Float($0.distance) }
  ) {
    let rows = Dictionary(uniqueKeysWithValues: faces.enumerated().map { ($1.id, Int32($0)) })
    let rules = LinkRules(people)
    var found: [SimilarityGraph.Link] = []
    var distances: [Float] = []
    for link in links {
      let distance = Float(link.distance)
      // Ids rise with rows.
      guard rule.map({ distance < $0.distance }) ?? (distance <= thresholds.link.distance),
        let from = rows[link.low], let to = rows[link.high],
        rules.canBeOne(faces[Int(from)], faces[Int(to)]), let cosine = cosine(link)
      else { continue }
      found.append(.init(from: from, to: to, distance: distance, probability: 0))
      distances.append(cosine)
    }
    // A rule may link what the threshold would not.
    let reach = rule == nil ? nil : distances.max().map { max($0, thresholds.link.distance) }
    let reached = reach.map { thresholds.linking(upTo: $0) } ?? thresholds
    let counts =
      counts ?? LinkCounts(distances, faces: faces.count, upTo: reached.link.distance)
    let probability = LinkProbability(reached, counts, verification: verification)
    for number in found.indices {
      found[number].probability = probability(distances[number])
    }
    found.sort { ($0.from, $0.to) < ($1.from, $1.to) }
    self.faces = faces
    graph = SimilarityGraph(count: faces.count, links: found)
    self.people = people
    self.rule = rule
    metric = rule?.metric ?? verification.metric
    self.thresholds = thresholds
    self.searched = searched
    self.isKept = isKept
    self.probability = probability
    self.counts = counts
  }

  /// A face and how many links it is away from the one that was asked for.
  public struct Reached: Sendable {
    /// The face.
    public let face: FaceOutline
    /// How many links away it is from the face that was asked about, 0 for that face itself.
    public let hop: Int
  }

  /// The faces around one, the nearest first, and the links among them.
  /// - Parameters:
  ///   - face: the id of the face in the middle.
  ///   - hops: how many links away they may be.
  ///   - limit: the most faces.
  /// - Throws: `LikenessError.unknownFace`
  public func neighborhood(
    of face: FaceID, hops: Int, limit: Int
  ) throws -> (faces: [Reached], links: [SimilarityGraph.Link], isTruncated: Bool) {
    guard let start = faces.firstIndex(where: { $0.id == face }) else {
      throw LikenessError.unknownFace(face)
    }
    var neighbors: [Int: [SimilarityGraph.Link]] = [:]
    for link in links {
      neighbors[Int(link.from), default: []].append(link)
      neighbors[Int(link.to), default: []].append(link)
    }
    var reached = [Reached(face: faces[start], hop: 0)]
    var known: Set<Int> = [start]
    var edge = [start]
    var isTruncated = false
    for hop in 1...max(1, hops) {
      var next: [Int] = []
      for row in edge {
        for link in neighbors[row, default: []].sorted(by: { $0.distance < $1.distance }) {
          let other = Int(link.from) == row ? Int(link.to) : Int(link.from)
          guard !known.contains(other) else { continue }
          guard reached.count < limit else {
            isTruncated = true
            continue
          }
          known.insert(other)
          reached.append(Reached(face: faces[other], hop: hop))
          next.append(other)
        }
      }
      edge = next
    }
    let among = known.flatMap { neighbors[$0, default: []] }
      .filter { known.contains(Int($0.from)) && known.contains(Int($0.to)) }
    var seen: Set<[Int32]> = []
    let own = among.filter { seen.insert([$0.from, $0.to]).inserted }
      .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    return (reached, own, isTruncated)
  }

  /// The sizes of the connected components, the largest first; faces without links are not counted. Components are not
  /// people: one false link joins two of them.
  public func components() -> [Int] {
    var sets = DisjointSets(count: faces.count)
    for link in links { sets.join(link.from, link.to) }
    var sizes: [Int32: Int] = [:]
    for label in sets.labels() { sizes[label, default: 0] += 1 }
    return sizes.values.filter { $0 > 1 }.sorted(by: >)
  }
}
