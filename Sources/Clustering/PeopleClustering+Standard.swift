import Foundation
import LikenessCore
import VectorSearch

extension PeopleClustering {
  /// What a score has to reach, and in which space.
  struct Levels {
    var vectors: UnitVectors
    /// The similarity above which a face is not an impostor, `(n,)`: scores count from there, and
    /// two clusters of a score above 0 are one person.
    var levels: [Float]
    /// The unit in which scores scatter: how much similarities of impostors fall from the third nearest
    /// cluster to the 36th.
    var unit: Float
    var sizeGain: Float

    /// That two clusters of this score are one person: the odds are even at 0, and multiply by e for each
    /// half unit.
    func probability(of score: Float) -> Float {
      1 / (1 + exp(-2 * score / unit))
    }
  }

  /// - Parameters:
  ///   - seeds: rows of one number, other than -1, are one cluster from the start; clusters of different
  ///     numbers stay apart.
  ///   - known: the clusters where most rows have one already, -1 for the others.
  /// - Returns: the cluster of each row, by any number, `(n,)`.
  func standard(seeds: [Int32], known: [Int32]? = nil) -> [Int32] {
    let first: [Int32]
    if let known {
      let unused = (known.max() ?? -1) + 1
      first = known.enumerated().map { $1 >= 0 ? $1 : unused + Int32($0) }
    } else {
      // The first division knows one threshold for all.
      let plain = Levels(plain: impostors(), vectors, faces: vectors.count)
      let strict = agglomerate(plain, seeds: seeds, stop: 0).labels
      // What may be the same person is not an impostor: so the next division is a loose one.
      let second = levels(vectors, FaceClusters(renumbering: strict), isRough: true)
      first =
        agglomerate(second, seeds: seeds, stop: -Self.looseness * second.unit).labels
    }
    return agglomerate(levels(FaceClusters(renumbering: first)), seeds: seeds, stop: 0).labels
  }

  /// The levels by which clusters are judged, in the space that fits the gallery.
  func levels(_ clusters: FaceClusters) -> Levels {
    let space =
      WithinPersonMetric.transformed(vectors, labels: clusters, threads: threads) ?? vectors
    return levels(space, clusters)
  }

  /// Each face's own level as far as there are clusters to tell it from, and the one for all.
  private func levels(
    _ space: UnitVectors, _ clusters: FaceClusters, isRough: Bool = false
  ) -> Levels {
    let plain = Levels(
      plain: ImpostorDistribution(
        space, labels: clusters.labels, prior: space === vectors ? prior : nil, threads: threads),
      space, faces: vectors.count)
    guard
      let impostors = ImpostorLevels(
        space, neighbors, labels: clusters, isRough: isRough, threads: threads)
    else { return plain }
    let count = Float(vectors.count)
    let level = impostors.levels.reduce(0, +) / count
    let unit = impostors.spreads.reduce(0, +) / count
    let ratio = Self.clustersOfPlain / Float(clusters.count)
    let weight = 1 / (1 + ratio * ratio)
    return Levels(
      vectors: space,
      levels: zip(impostors.levels, impostors.spreads).map {
        let own =
          level + Self.ownLevel * ($0 - level) + Self.ownSpread * ($1 - unit) + threshold
          * unit
        return min(Self.surelyTheSame, weight * own + (1 - weight) * plain.levels[0])
      },
      unit: unit,
      sizeGain: weight * Self.sizeGain * unit + (1 - weight) * plain.sizeGain)
  }

  // In units of the mean spread; see Documentation/Decisions/clustering.md for how they were found.
  /// For each width by which a part of 1e-5 of the model's impostor pairs lies above their median: networks differ in how
  /// far their tails reach.
  private static let thresholdPerTail: Float = 0.37
  private var threshold: Float {
    Self.thresholdPerTail * (prior.similarity(atFalseAcceptRate: 1e-5) - prior.median) / prior.width
  }
  static let looseness: Float = 0.5
  static let sizeGain: Float = 1.05
  /// Copies of a photo are one person, whatever the impostors are like.
  static let surelyTheSame: Float = 0.9995
  // How much of a face's own level and spread counts.
  static let ownLevel: Float = 0.9
  static let ownSpread: Float = 0.45
  /// With so many clusters, own levels and the one for all count the same.
  static let clustersOfPlain: Float = 300

  func agglomerate(
    _ levels: Levels, seeds: [Int32], seedsMayMeet: Bool = false, stop: Float,
    remember: Float = .infinity
  ) -> (labels: [Int32], left: [Agglomeration.Merge]) {
    // A mean that reaches the score has a pair that does: others need not be looked at.
    let floor = min(stop, remember) - levels.sizeGain
    var edges: [Agglomeration.Edge] = []
    var similarities = [Float](repeating: 0, count: neighbors.width)
    for row in 0..<vectors.count {
      let others = neighbors[row]
      others.withUnsafeBufferPointer { others in
        levels.vectors.similarities(to: row, of: others, into: &similarities)
      }
      for (column, other) in others.enumerated() {
        let level = 0.5 * (levels.levels[row] + levels.levels[Int(other)])
        guard similarities[column] - level >= floor else { continue }
        edges.append(Agglomeration.Edge(a: Int32(row), b: other))
      }
    }
    return Agglomeration(
      vectors: levels.vectors, levels: levels.levels, constraints: constraints,
      sizeGain: levels.sizeGain
    ).run(
      over: edges, seeds: seeds, seedsMayMeet: seedsMayMeet, stop: stop, remember: remember)
  }
}

extension PeopleClustering.Levels {
  /// One level for all faces: the similarity at which a face has `falseLinks` false links, or that of
  /// `falseAcceptRate` where that is stricter.
  init(plain impostors: ImpostorDistribution, _ vectors: UnitVectors, faces: Int) {
    self.vectors = vectors
    let level = impostors.similarity(
      atFalseAcceptRate: min(Self.falseAcceptRate, Self.falseLinks / Double(max(2, faces))))
    levels = [Float](
      repeating: min(PeopleClustering.surelyTheSame, level), count: faces)
    unit = impostors.width / 2
    sizeGain = impostors.width * Self.plainSizeGain
  }

  private static let falseLinks = 0.5
  /// Small galleries are full of pairs of one person: there the rate of a pair decides, not the number of
  /// links.
  private static let falseAcceptRate = 2e-4
  private static let plainSizeGain: Float = 0.4
}
