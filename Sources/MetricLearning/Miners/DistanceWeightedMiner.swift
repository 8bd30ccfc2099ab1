import Foundation

/// Each anchor with each of its positives, and a negative drawn so that all distances come up alike (Wu
/// et al. 2017): with probability proportional to `1 / q(d)`, where
/// `q(d) = d^(D−2) · (1 − d²/4)^((D−3)/2)` is how often random points of the unit sphere are d apart.
///
/// Embeddings have to be of length 1.
public struct DistanceWeightedMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "distance-weighted",
    summary: "of each pair a negative drawn so that all distances come up alike")

  /// The number of dimensions, D.
  public var dimensions: Int
  /// Smaller distances count as this, or noise would be drawn most often.
  public var cutoff: Float
  /// Negatives farther than this are not drawn while there are others: they would have no loss.
  public var reach: Float

  public init(dimensions: Int, cutoff: Float = 0.5, reach: Float = 1.4) {
    (self.dimensions, self.cutoff, self.reach) = (dimensions, cutoff, reach)
  }

  public init(_ settings: MinerSettings) { self.init(dimensions: settings.dimensions) }

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets {
    var result = Triplets()
    forEachPair(labels) { anchor, positive, negatives in
      let weights = weights(negatives.map { distances[anchor, $0] })
      var rest = Double.random(in: 0..<1, using: &random) * weights.reduce(0, +)
      var drawn = negatives.last ?? anchor
      for (negative, weight) in zip(negatives, weights) where weight > 0 {
        drawn = negative
        rest -= weight
        if rest < 0 { break }
      }
      result.append(anchor, positive, drawn)
    }
    return result
  }

  /// How likely each distance is to be drawn, not normalised; the greatest is 1.
  func weights(_ distances: [Float]) -> [Double] {
    guard distances.contains(where: { $0 <= reach }) else { return distances.map { _ in 1 } }
    let d = Double(dimensions)
    // Logarithms: in 128 dimensions the weights differ by dozens of powers of ten.
    let logarithms = distances.map { distance -> Double in
      guard distance <= reach else { return -.infinity }
      let x = Double(max(distance, cutoff))
      return (2 - d) * log(x) + (3 - d) / 2 * log(max(1e-8, 1 - x * x / 4))
    }
    let greatest = logarithms.max() ?? 0
    return logarithms.map { exp($0 - greatest) }
  }
}
