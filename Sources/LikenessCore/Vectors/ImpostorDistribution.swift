import Foundation

/// How similar faces of different people are: the distribution of the cosine similarity over impostor pairs, from which
/// thresholds for a stated false accept rate follow.
///
/// The upper tail decides, and a gallery has few pairs there that are certainly impostors. So the median and the width
/// are measured on the gallery itself, below the median, where no genuine pairs are; the shape of the tail is the
/// model's, measured on tens of millions of pairs.
public struct ImpostorDistribution: Sendable, Equatable, Codable {
  /// A point of the upper tail: a part `10^logarithm` of the pairs lies above `median + z · width`.
  public struct TailPoint: Sendable, Equatable, Codable {
    /// How many widths above the median.
    public var z: Float
    /// The decimal logarithm of the part of impostor pairs above.
    public var logarithm: Float

    /// A point of the tail.
    public init(z: Float, logarithm: Float) {
      (self.z, self.logarithm) = (z, logarithm)
    }
  }

  /// The median similarity of impostors.
  public var median: Float
  /// The median less the quantile at 0.16; what a standard deviation is to a normal distribution.
  public var width: Float
  /// The upper tail from the median on, by falling logarithm.
  public var tail: [TailPoint]
  /// The number of faces that it was measured on; 0 for a model's own, which stands in where there are too few.
  public var faces: Int

  /// - Precondition: `tail` has at least two points.
  public init(
    median: Float, width: Float, tail: [TailPoint] = Self.standard.tail, faces: Int
  ) {
    precondition(tail.count >= 2, "a tail of \(tail.count) points")
    self.median = median
    self.width = width
    self.tail = tail
    self.faces = faces
  }

  /// On 7,000 faces of LFW with dlib's network, the tail on 24 million pairs: for models that do not say what theirs is.
  public static let standard = ImpostorDistribution(
    median: 0.8359, width: 0.03665,
    tail: [
      (0, -0.301), (0.787, -0.699), (1.162, -1), (1.449, -1.301), (1.751, -1.699), (1.942, -2),
      (2.109, -2.301), (2.308, -2.699), (2.444, -3), (2.575, -3.301), (2.734, -3.699), (2.849, -4),
      (2.949, -4.301), (3.079, -4.699), (3.171, -5), (3.25, -5.301), (3.345, -5.699), (3.417, -6),
    ].map { TailPoint(z: $0.0, logarithm: $0.1) }, faces: 0)

  /// The similarity that a part `rate` of the impostor pairs exceeds.
  /// - Parameter rate: up to 0.5; beyond the last point the tail is continued as an exponential.
  public func similarity(atFalseAcceptRate rate: Double) -> Float {
    let logarithm = Float(log10(min(0.5, max(rate, 1e-30))))
    let upper = tail.indices.dropFirst().first { tail[$0].logarithm <= logarithm } ?? tail.count - 1
    let (a, b) = (tail[upper - 1], tail[upper])
    let part = (logarithm - a.logarithm) / (b.logarithm - a.logarithm)
    return median + width * (a.z + part * (b.z - a.z))
  }

  /// The part of the impostor pairs that are at least so similar.
  public func falseAcceptRate(at similarity: Float) -> Double {
    let z = (similarity - median) / width
    // Below the median no threshold lies; a normal distribution will do.
    if z <= 0 { return 0.5 * erfc(Double(z) / 2.0.squareRoot()) }
    let upper = tail.indices.dropFirst().first { tail[$0].z >= z } ?? tail.count - 1
    let (a, b) = (tail[upper - 1], tail[upper])
    let part = (z - a.z) / (b.z - a.z)
    return pow(10, Double(a.logarithm + part * (b.logarithm - a.logarithm)))
  }
}
