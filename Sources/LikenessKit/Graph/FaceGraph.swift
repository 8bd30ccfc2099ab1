import Gallery

/// The similarity graph of a gallery: faces, and links between those that are likely one person.
public struct FaceGraph: Sendable {
  /// In the order of their ids; the graph's rows, `(n,)`.
  public let faces: [FaceOutline]
  /// Each link once, with its cosine distance and the probability that both faces are one person in this
  /// gallery; in the order of their rows.
  public let graph: SimilarityGraph
  public let thresholds: GalleryThresholds
  /// How many faces were searched for just now: all, those that came since, or none.
  public let searched: Int
  /// False where the gallery cannot be changed now, so that the links are of this answer only.
  public let isKept: Bool
  let people: PeopleAssignment
  let probability: LinkProbability

  public var links: [SimilarityGraph.Link] { graph.links }

  /// - Parameter links: those within the threshold and more; of faces that are there or not.
  init(
    faces: [FaceOutline], links: some Sequence<FaceLink>, people: PeopleAssignment,
    thresholds: GalleryThresholds, verification: Verification, searched: Int, isKept: Bool
  ) {
    let rows = Dictionary(uniqueKeysWithValues: faces.enumerated().map { ($1.id, Int32($0)) })
    let rules = LinkRules(people)
    var found: [SimilarityGraph.Link] = []
    for link in links where Float(link.distance) <= thresholds.link.distance {
      // Ids rise with rows.
      guard let from = rows[link.low], let to = rows[link.high],
        rules.canBeOne(faces[Int(from)], faces[Int(to)])
      else { continue }
      found.append(.init(from: from, to: to, distance: Float(link.distance), probability: 0))
    }
    let probability = LinkProbability(
      thresholds, distances: found.map(\.distance), verification: verification)
    for number in found.indices {
      found[number].probability = probability(found[number].distance)
    }
    found.sort { ($0.from, $0.to) < ($1.from, $1.to) }
    self.faces = faces
    graph = SimilarityGraph(count: faces.count, links: found)
    self.people = people
    self.thresholds = thresholds
    self.searched = searched
    self.isKept = isKept
    self.probability = probability
  }

  /// How many faces are in each group that links hold together, the largest first; faces without links
  /// are not counted. Linked groups are not people: one false link joins two of them.
  public func components() -> [Int] {
    var parents = Array(faces.indices)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    for link in links { parents[root(Int(link.from))] = root(Int(link.to)) }
    var sizes: [Int: Int] = [:]
    for row in faces.indices { sizes[root(row), default: 0] += 1 }
    return sizes.values.filter { $0 > 1 }.sorted(by: >)
  }
}
