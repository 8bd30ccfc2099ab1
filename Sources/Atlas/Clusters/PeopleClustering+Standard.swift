import Foundation
import Search

extension PeopleClustering {
  /// What a score has to reach, and in which space.
  struct Levels {
    var vectors: UnitVectors
    /// Of strangers, `(n,)`.
    var levels: [Float]
    /// From which score on two clusters are one person.
    var threshold: Float
    /// The unit in which scores scatter: how much similarities of strangers fall from the third nearest
    /// cluster to the 24th.
    var unit: Float
    var sizeGain: Float

    /// That two clusters of this score are one person: the odds are even at the threshold, and multiply by
    /// e for each half unit.
    func probability(of score: Float) -> Float {
      1 / (1 + exp(-2 * (score - threshold) / unit))
    }
  }

  /// - Parameters:
  ///   - seeds: rows of one number, other than -1, are one cluster from the start; clusters of different
  ///     numbers stay apart.
  ///   - known: the clusters where most rows have one already, -1 for the others.
  func standard(seeds: [Int32], known: [Int32]? = nil) -> (labels: [Int32], left: [Agglomeration.Merge]) {
    let first: [Int32]
    if let known {
      let unused = (known.max() ?? -1) + 1
      first = known.enumerated().map { $1 >= 0 ? $1 : unused + Int32($0) }
    } else {
      // The first division knows one threshold for all, at which a face has half a false link.
      let impostors = impostors()
      let levels = Levels(plain: impostors, self)
      let strict = agglomerate(levels, seeds: seeds, stop: levels.threshold).labels
      guard let second = self.levels(vectors, FaceClusters(renumbering: strict)) else {
        return (strict, [])
      }
      // What may be more of the same person is no stranger: so the next division is a loose one.
      first =
        agglomerate(second, seeds: seeds, stop: second.threshold - Self.looseness * second.unit)
        .labels
    }
    var first2 = first
    for _ in 0..<Int(tune("iter", 0)) {
      let l = levels(FaceClusters(renumbering: first2))
      first2 = agglomerate(l, seeds: seeds, stop: l.threshold - Self.looseness * l.unit).labels
    }
    let levels = levels(FaceClusters(renumbering: first2))
    return agglomerate(levels, seeds: seeds, stop: levels.threshold)
  }

  /// The levels by which clusters are judged, in the space that fits the gallery.
  func levels(_ clusters: FaceClusters) -> Levels {
    let space =
      WithinPersonMetric.transformed(matrix, vectors, labels: clusters, threads: threads)
      ?? vectors
    return levels(space, clusters) ?? Levels(plain: impostors(clusters.labels), self)
  }

  /// - Returns: nil where there are too few clusters to tell.
  private func levels(_ space: UnitVectors, _ clusters: FaceClusters) -> Levels? {
    guard let impostors = ImpostorLevels(space, neighbors, labels: clusters, threads: threads)
    else { return nil }
    let count = Float(vectors.count)
    let level = impostors.levels.reduce(0, +) / count
    let unit = impostors.spreads.reduce(0, +) / count
    return Levels(
      vectors: space,
      levels: zip(impostors.levels, impostors.spreads).map {
        level + Self.ownLevel * ($0 - level) + Self.ownSpread * ($1 - unit)
      },
      threshold: Self.threshold * unit, unit: unit, sizeGain: Self.sizeGain * unit)
  }

  // In units of the mean spread; see Documentation/Decisions/clustering.md for how they were found.
  static let threshold: Float = tune("threshold", 1.45)
  static let looseness: Float = tune("looseness", 0.4)
  static let sizeGain: Float = tune("sizeGain", 1.4)
  // How much of a face's own level and spread counts.
  static let ownLevel: Float = tune("ownLevel", 0.8)
  static let ownSpread: Float = tune("ownSpread", 0.6)

  func agglomerate(
    _ levels: Levels, seeds: [Int32], stop: Float, remember: Float = .infinity
  ) -> (labels: [Int32], left: [Agglomeration.Merge]) {
    // A mean that reaches the score has a pair that does: others need not be looked at. A bit more than
    // that, since the pair may be missing among the neighbours.
    let floor = min(stop, remember) - levels.sizeGain - 0.5 * levels.unit
    var edges: [Agglomeration.Edge] = []
    for row in 0..<vectors.count {
      for column in 0..<neighbors.width {
        let other = neighbors.rows[row * neighbors.width + column]
        guard other >= 0 else { continue }
        let level = 0.5 * (levels.levels[row] + levels.levels[Int(other)])
        guard levels.vectors.similarity(row, Int(other)) - level >= floor else { continue }
        edges.append(Agglomeration.Edge(a: Int32(row), b: other))
      }
    }
    return Agglomeration(
      vectors: levels.vectors, levels: levels.levels, constraints: constraints,
      sizeGain: levels.sizeGain
    ).run(over: edges, seeds: seeds, stop: stop, remember: remember)
  }
}

extension PeopleClustering.Levels {
  /// One level for all faces: the similarity at which a face has half a false link.
  init(plain impostors: ImpostorDistribution, _ problem: PeopleClustering) {
    let count = problem.vectors.count
    vectors = problem.vectors
    levels = [Float](
      repeating: impostors.similarity(atFalseAcceptRate: 0.5 / Double(max(2, count))),
      count: count)
    threshold = 0
    unit = impostors.width / 2
    sizeGain = impostors.width * 0.55
  }
}

func tune(_ n: String, _ v: Float) -> Float { ProcessInfo.processInfo.environment["T_" + n].flatMap { Float($0) } ?? v }
