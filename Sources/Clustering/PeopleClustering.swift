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
  }

  /// Clusters all faces.
  /// - Parameter threshold: the cosine similarity from which the algorithms that follow links make one;
  ///   that of one false link for each ten faces unless said. The standard algorithm has none.
  public func clusters(
    _ algorithm: ClusteringAlgorithm = .likeness, threshold: Float? = nil
  ) -> FaceClusters {
    FaceClusters(renumbering: algorithm.method.labels(of: self, threshold: threshold))
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
    let found = standard(seeds: seeds, known: labels)
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

  /// Two clusters that may be one person.
  public typealias Suggestion = (
    a: Int32, b: Int32, probability: Float, distance: Float, faces: (Int, Int)
  )

  /// The pairs of clusters most likely to be one person, the likeliest first.
  /// - Parameter labels: the cluster of each row, `(n,)`.
  /// - Returns: for each pair the probability that it is one person, the cosine distance of its closest
  ///   faces and their rows.
  public func suggestions(for labels: [Int32], count: Int) -> [Suggestion] {
    let levels = levels(FaceClusters(renumbering: labels))
    let left = agglomerate(
      levels, seeds: labels, includesSeedPairs: true, stop: .infinity, remember: -levels.unit
    ).left
    let groupOf = Dictionary(
      zip(labels, constraints.groups).filter { $1 >= 0 }, uniquingKeysWith: { first, _ in first })
    let apart = Set(constraints.apart.map { [min($0.0, $0.1), max($0.0, $0.1)] })
    var closest: [[Int32]: (similarity: Float, rows: (Int, Int))] = [:]
    for row in labels.indices {
      for other in neighbors[row].lazy.map(Int.init) where labels[row] != labels[other] {
        let isFirst = labels[row] < labels[other]
        let key = isFirst ? [labels[row], labels[other]] : [labels[other], labels[row]]
        let similarity = vectors.similarity(row, other)
        if similarity > closest[key]?.similarity ?? -.infinity {
          closest[key] = (similarity, isFirst ? (row, other) : (other, row))
        }
      }
    }
    var result: [Suggestion] = []
    for merge in left {
      let (a, b) = (labels[Int(merge.a)], labels[Int(merge.b)])
      if let x = groupOf[a], let y = groupOf[b], apart.contains([min(x, y), max(x, y)]) {
        continue
      }
      guard let pair = closest[[min(a, b), max(a, b)]] else { continue }
      result.append(
        (
          min(a, b), max(a, b), levels.probability(of: merge.score),
          max(0, 1 - pair.similarity), pair.rows
        ))
      if result.count == count { break }
    }
    return result
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
