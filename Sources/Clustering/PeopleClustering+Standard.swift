import Foundation
import LikenessCore
import VectorSearch

extension PeopleClustering {
  /// The levels of impostors that scores are relative to, and the space of the vectors.
  struct Levels {
    var vectors: UnitVectors
    /// The similarity above which a face is not an impostor, `(n,)`: scores count from there, and
    /// two clusters of a score above 0 are one person.
    var levels: [Float]
    /// The unit in which scores scatter: how much similarities of impostors fall from the third nearest
    /// cluster to the 36th.
    var unit: Float
    var sizeGain: Float
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
      // The first pass has one threshold for all faces.
      let uniform = Levels(uniform: impostors(), vectors, faces: vectors.count)
      let strict = agglomerate(uniform, seeds: seeds, stop: 0)
      // Faces that may be the same person must not count as impostors, so the second pass merges below its threshold.
      let second = levels(vectors, FaceClusters(renumbering: strict), isRough: true)
      first =
        agglomerate(second, seeds: seeds, stop: -Self.impostorMargin * second.unit)
    }
    return agglomerate(levels(FaceClusters(renumbering: first)), seeds: seeds, stop: 0)
  }

  /// The levels by which clusters are judged, in the space that fits the gallery.
  func levels(_ clusters: FaceClusters) -> Levels {
    let space =
      WithinPersonMetric.transformed(vectors, labels: clusters, threads: threads) ?? vectors
    return levels(space, clusters)
  }

  /// A weighted mean of each face's own level and the uniform one: the more clusters, the more the former weighs.
  private func levels(
    _ space: UnitVectors, _ clusters: FaceClusters, isRough: Bool = false
  ) -> Levels {
    let uniform = Levels(
      uniform: ImpostorDistribution(
        space, labels: clusters.labels, prior: space === vectors ? prior : nil, threads: threads),
      space, faces: vectors.count)
    guard
      let impostors = ImpostorLevels(
        space, neighbors, labels: clusters, isRough: isRough, threads: threads)
    else { return uniform }
    let count = Float(vectors.count)
    let level = impostors.levels.reduce(0, +) / count
    let unit = impostors.spreads.reduce(0, +) / count
    let ratio = Self.evenWeightClusterCount / Float(clusters.count)
    let weight = 1 / (1 + ratio * ratio)
    return Levels(
      vectors: space,
      levels: zip(impostors.levels, impostors.spreads).map {
        let own =
          level + Self.ownLevel * ($0 - level) + Self.ownSpread * ($1 - unit) + threshold
          * unit
        return min(Self.duplicateSimilarity, weight * own + (1 - weight) * uniform.levels[0])
      },
      unit: unit,
      sizeGain: weight * Self.sizeGain * unit + (1 - weight) * uniform.sizeGain)
  }

  // In units of the mean spread; see Documentation/Decisions/clustering.md for how they were found.
  /// For each width by which a part of 1e-5 of the model's impostor pairs lies above their median: networks differ in how
  /// far their tails reach.
  private static let thresholdPerTail: Float = 0.37
  private var threshold: Float {
    Self.thresholdPerTail * (prior.similarity(atFalseAcceptRate: 1e-5) - prior.median) / prior.width
  }
  /// How far below the threshold the second pass still merges.
  static let impostorMargin: Float = 0.5
  static let sizeGain: Float = 1.05
  /// Faces that are at least so similar are of copies of a photo, thus one person whatever the impostors are like.
  static let duplicateSimilarity: Float = 0.9995
  // The weights of a face's own level and spread.
  static let ownLevel: Float = 0.9
  static let ownSpread: Float = 0.45
  /// The number of clusters at which own levels and the uniform one have the same weight.
  static let evenWeightClusterCount: Float = 300

  func agglomerate(
    _ levels: Levels, seeds: [Int32], barred: [Set<Int32>] = [], stop: Float
  ) -> [Int32] {
    // A mean similarity above the score takes a pair above it, so pairs below need no edge.
    let floor = stop - levels.sizeGain
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
      over: edges, seeds: seeds, barred: barred, stop: stop)
  }
}

extension PeopleClustering.Levels {
  /// One level for all faces: the similarity at which a face has `falseLinks` false links, or that of
  /// `falseAcceptRate` where that is stricter.
  init(uniform impostors: ImpostorDistribution, _ vectors: UnitVectors, faces: Int) {
    self.vectors = vectors
    let level = impostors.similarity(
      atFalseAcceptRate: min(Self.falseAcceptRate, Self.falseLinks / Double(max(2, faces))))
    levels = [Float](
      repeating: min(PeopleClustering.duplicateSimilarity, level), count: faces)
    unit = impostors.width / 2
    sizeGain = impostors.width * Self.uniformSizeGain
  }

  private static let falseLinks = 0.5
  /// In small galleries, where many pairs are genuine, this rate is the stricter limit.
  private static let falseAcceptRate = 2e-4
  private static let uniformSizeGain: Float = 0.4
}
