import LikenessCore
import VectorSearch

/// Clusters the faces of a gallery into people, without a threshold to tune.
///
/// Thresholds follow from the gallery: from how similar its impostors are to each other
/// (`ImpostorDistribution`), and to each single face (`ImpostorLevels`). Why it is done so, and what else was
/// tried: `Documentation/Decisions/clustering.md`.
public struct PeopleClustering: Sendable {
  /// The number of nearest neighbours of each face that suffices.
  public static let standardNeighbors = 40

  let vectors: UnitVectors
  let neighbors: NeighborTable
  let constraints: ClusteringConstraints
  let rejected: RejectedFaces
  let prior: ImpostorDistribution
  let threads: Int

  /// - Parameters:
  ///   - vectors: an embedding for each face, `(n, d)`; their lengths do not count.
  ///   - neighbors: the nearest of each, `(n, k)`, in any metric; `standardNeighbors` are enough.
  ///   - prior: the impostor distribution to assume without the gallery's own.
  public init(
    _ vectors: EmbeddingMatrix, neighbors: NeighborTable, constraints: ClusteringConstraints,
    prior: ImpostorDistribution = .standard, threads: Int = defaultThreads
  ) {
    precondition(neighbors.count == vectors.count && constraints.photos.count == vectors.count)
    self.vectors = UnitVectors(vectors)
    self.neighbors = neighbors
    self.constraints = constraints
    self.prior = prior
    self.threads = threads
    rejected = RejectedFaces(self.vectors, constraints, threads: threads)
  }

  /// Clusters all faces.
  /// - Parameter threshold: the cosine similarity from which the algorithms that follow links make one;
  ///   that of one false link for each ten faces unless said. The standard algorithm has none.
  public func clusters(
    _ algorithm: ClusteringAlgorithm = .likeness, threshold: Float? = nil
  ) -> FaceClusters {
    let found = algorithm.method.labels(of: self, threshold: threshold)
    return FaceClusters(renumbering: withoutRejected(found, fixed: constraints.groups))
  }

  /// Faces that are new join the clusters of the others or make their own; the others stay where they are.
  /// - Parameter labels: the cluster of each row, or -1 if it is new, `(n,)`.
  /// - Returns: the same with clusters for the new ones, those of their own numbered from the largest on.
  public func extended(_ labels: [Int32]) -> [Int32] {
    var seeds = labels
    // A face that the user put into a group stays in it.
    var labelOfGroup: [Int32: Int32] = [:]
    for (row, group) in constraints.groups.enumerated() where group >= 0 && labels[row] >= 0 {
      labelOfGroup[group] = labels[row]
    }
    let unused = (labels.max() ?? -1) + 1
    for (row, group) in constraints.groups.enumerated() where group >= 0 && labels[row] < 0 {
      seeds[row] = labelOfGroup[group] ?? unused + group
    }
    let found = withoutRejected(standard(seeds: seeds, known: labels), fixed: seeds)
    var result = labels
    var labelOf: [Int32: Int32] = [:]
    for row in labels.indices where labels[row] >= 0 { labelOf[found[row]] = labels[row] }
    var next = unused
    for row in labels.indices where labels[row] < 0 {
      if let label = labelOf[found[row]] {
        result[row] = label
      } else {
        labelOf[found[row]] = next
        result[row] = next
        next += 1
      }
    }
    return result
  }

  /// Takes rows out of clusters that they are barred from. They join others, or make their own.
  /// - Parameters:
  ///   - labels: the cluster of each row, `(n,)`.
  ///   - fixed: rows of a number other than -1 stay where they are, `(n,)`.
  private func withoutRejected(_ labels: [Int32], fixed: [Int32]) -> [Int32] {
    guard !rejected.isEmpty else { return labels }
    var labelsOfGroup: [Int32: Set<Int32>] = [:]
    for (row, group) in constraints.groups.enumerated() where group >= 0 {
      labelsOfGroup[group, default: []].insert(labels[row])
    }
    let barred = labels.indices.map { row in
      Set(rejected.groups(barredTo: row).flatMap { labelsOfGroup[$0] ?? [] })
    }
    let going = labels.indices.filter { fixed[$0] < 0 && barred[$0].contains(labels[$0]) }
    guard !going.isEmpty else { return labels }
    var (seeds, clusters) = (labels, labels)
    let unused = (labels.max() ?? -1) + 1
    for (number, row) in going.enumerated() {
      seeds[row] = -1
      clusters[row] = unused + Int32(number)
    }
    return agglomerate(
      levels(FaceClusters(renumbering: clusters)), seeds: seeds, barred: barred, stop: 0)
  }

  /// Two clusters that may be one person.
  public typealias Suggestion = (
    a: Int32, b: Int32, probability: Float, links: Int, distance: Float, faces: (Int, Int),
    together: (Int, Int)?
  )

  /// The pairs of clusters that may be one person by the links between their faces (`SeveralLinks`), the likeliest first.
  ///
  /// Left out are groups that are marked as different, or of which one has a face that cannot be of the other, and links of
  /// faces that a cluster's group is barred to. Pairs with faces in one photo are told, with the two that are most alike: they
  /// are two people, or one in a mirror.
  /// - Parameters:
  ///   - labels: the cluster of each row, `(n,)`.
  ///   - probability: that two faces of a cosine distance are of one person.
  /// - Returns: for each pair the probability that it is one person, how many links speak for it, the cosine distance of its
  ///   closest faces and their rows.
  public func suggestions(
    for labels: [Int32], count: Int, probability: (Float) -> Float
  ) -> [Suggestion] {
    let groupOf = Dictionary(
      zip(labels, constraints.groups).filter { $1 >= 0 }, uniquingKeysWith: { first, _ in first })
    let apart = Set(constraints.apart.map { [min($0.0, $0.1), max($0.0, $0.1)] })
    var rowsOf: [Int32: [Int]] = [:]
    var pairs: Set<[Int32]> = []
    for (row, label) in labels.enumerated() where label >= 0 {
      rowsOf[label, default: []].append(row)
      for other in neighbors[row].lazy.map(Int.init) where labels[other] != label {
        guard labels[other] >= 0, vectors.similarity(row, other) > 0,
          probability(1 - vectors.similarity(row, other)) >= SeveralLinks.leastProbability
        else { continue }
        pairs.insert([min(label, labels[other]), max(label, labels[other])])
      }
    }
    func rows(_ label: Int32, thatMayBeOf other: Int32) -> [Int] {
      let rows = rowsOf[label, default: []]
      guard let group = groupOf[other], !rejected.isEmpty else { return rows }
      return rows.filter { !rejected.groups(barredTo: $0).contains(group) }
    }
    func isRuledOut(_ label: Int32, of other: Int32) -> Bool {
      guard !constraints.ruledOut.isEmpty, let group = groupOf[other] else { return false }
      return rowsOf[label, default: []].contains { constraints.ruledOut[$0].contains(group) }
    }
    var result: [Suggestion] = []
    for pair in pairs {
      let (a, b) = (pair[0], pair[1])
      if let x = groupOf[a], let y = groupOf[b], apart.contains([min(x, y), max(x, y)]) {
        continue
      }
      if isRuledOut(a, of: b) || isRuledOut(b, of: a) { continue }
      let (own, others) = (rows(a, thatMayBeOf: b), rows(b, thatMayBeOf: a))
      guard
        let links = SeveralLinks(
          own.count, others.count, similarity: { vectors.similarity(own[$0], others[$1]) },
          probability: probability)
      else { continue }
      result.append(
        (
          a, b, links.probability, links.links, max(0, 1 - links.nearest.similarity),
          (own[links.nearest.first], others[links.nearest.second]),
          together(rowsOf[a, default: []], rowsOf[b, default: []])
        ))
    }
    result.sort {
      ($1.probability, $0.distance, $0.a, $0.b) < ($0.probability, $1.distance, $1.a, $1.b)
    }
    return Array(result.prefix(count))
  }

  /// The two rows in one photo that are most alike, one of each cluster; nil where none are in one photo.
  private func together(_ rows: [Int], _ others: [Int]) -> (Int, Int)? {
    let inPhoto = Dictionary(grouping: others) { constraints.photos[$0] }
    var best: (similarity: Float, rows: (Int, Int))?
    for row in rows {
      for other in inPhoto[constraints.photos[row], default: []] {
        let similarity = vectors.similarity(row, other)
        if similarity > best?.similarity ?? -.infinity { best = (similarity, (row, other)) }
      }
    }
    return best?.rows
  }

  /// How similar impostors of this gallery are.
  /// - Parameter labels: the cluster of each row, `(n,)`, where it is known.
  public func impostors(_ labels: [Int32]? = nil) -> ImpostorDistribution {
    ImpostorDistribution(
      vectors, labels: labels ?? (0..<Int32(vectors.count)).map { $0 }, prior: prior,
      threads: threads)
  }

  /// Neighbours that are similar enough and may be one person.
  /// - Parameter threshold: the cosine similarity from which faces are linked; nil for that of one false link for each
  ///   ten faces.
  func links(_ threshold: Float?) -> LinkedFaces {
    LinkedFaces(
      vectors, neighbors,
      threshold: threshold
        ?? min(
          Self.duplicateSimilarity,
          impostors().similarity(atFalseAcceptRate: 0.1 / Double(max(2, vectors.count)))),
      constraints: constraints)
  }
}
