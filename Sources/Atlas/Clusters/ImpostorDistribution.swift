import Foundation
import Search
import Vectors

/// How similar faces of different people are: the distribution of the cosine similarity over pairs of
/// strangers, from which thresholds for a stated false-accept rate follow.
///
/// The upper tail decides, and a gallery has few pairs there that are surely strangers. So the middle and
/// the width are measured on the gallery itself, below the median, where no pairs of one person are; the
/// shape of the tail is that of 24 million pairs of LFW with dlib's network.
public struct ImpostorDistribution: Sendable, Equatable, Codable {
  /// The median similarity of strangers.
  public var median: Float
  /// The median less the quantile at 0.16; what a standard deviation is to a normal distribution.
  public var width: Float
  /// Of how many faces it was measured; 0 for the one that stands in where there are too few.
  public var faces: Int

  public init(median: Float, width: Float, faces: Int) {
    self.median = median
    self.width = width
    self.faces = faces
  }

  /// Of 7,000 faces of LFW with dlib's network.
  public static let standard = ImpostorDistribution(median: 0.8359, width: 0.03665, faces: 0)

  /// Pairs of strangers above (median + z · width), by the decimal logarithm of their part.
  private static let tail: [(z: Float, logarithm: Float)] = [
    (0, -0.301), (0.787, -0.699), (1.162, -1), (1.449, -1.301), (1.751, -1.699), (1.942, -2),
    (2.109, -2.301), (2.308, -2.699), (2.444, -3), (2.575, -3.301), (2.734, -3.699), (2.849, -4),
    (2.949, -4.301), (3.079, -4.699), (3.171, -5), (3.25, -5.301), (3.345, -5.699), (3.417, -6),
  ]

  /// The similarity that a part `rate` of the pairs of strangers exceeds.
  /// - Parameter rate: up to 0.5; beyond 1e-6 the tail is continued as an exponential.
  public func similarity(atFalseAcceptRate rate: Double) -> Float {
    let logarithm = Float(log10(min(0.5, max(rate, 1e-30))))
    let tail = Self.tail
    let upper = tail.indices.dropFirst().first { tail[$0].logarithm <= logarithm } ?? tail.count - 1
    let (a, b) = (tail[upper - 1], tail[upper])
    let part = (logarithm - a.logarithm) / (b.logarithm - a.logarithm)
    return median + width * (a.z + part * (b.z - a.z))
  }

  /// The part of the pairs of strangers that are at least so similar.
  public func falseAcceptRate(at similarity: Float) -> Double {
    let z = (similarity - median) / width
    let tail = Self.tail
    // Below the median nobody draws a line; a normal distribution will do.
    if z <= 0 { return 0.5 * erfc(Double(z) / 2.0.squareRoot()) }
    let upper = tail.indices.dropFirst().first { tail[$0].z >= z } ?? tail.count - 1
    let (a, b) = (tail[upper - 1], tail[upper])
    let part = (z - a.z) / (b.z - a.z)
    return pow(10, Double(a.logarithm + part * (b.logarithm - a.logarithm)))
  }

  /// Measures it on faces of whom nobody says who is who: those linked by a similarity of at least
  /// `similarity`, directly or over others, are taken for one person. What is left of one person's pairs
  /// is above the median, where nothing is measured.
  /// - Parameters:
  ///   - vectors: an embedding for each face, `(n, d)`; their lengths do not count.
  ///   - prior: what counts while there are few faces.
  public init(
    of vectors: EmbeddingMatrix, linking similarity: Float,
    prior: ImpostorDistribution = .standard, threads: Int = defaultThreads
  ) {
    let unit = UnitVectors(vectors)
    var sets = DisjointSets(count: unit.count)
    var similarities = [Float](repeating: 0, count: unit.count)
    for row in 0..<unit.count {
      similarities.withUnsafeMutableBufferPointer {
        unit.similarities(to: row, of: 0..<row, into: $0.baseAddress!)
      }
      for other in 0..<row where similarities[other] >= similarity {
        sets.join(Int32(row), Int32(other))
      }
    }
    self.init(unit, labels: sets.labels(), prior: prior, threads: threads)
  }

  /// Measures it on a gallery.
  /// - Parameters:
  ///   - vectors: of length 1, `(n, d)`.
  ///   - labels: pairs of one cluster are left out, `(n,)`.
  ///   - prior: what counts while there are few faces; nil if nothing is known.
  init(_ vectors: UnitVectors, labels: [Int32], prior: ImpostorDistribution?, threads: Int) {
    let count = vectors.count
    var similarities = Self.similaritiesOfStrangers(vectors, labels, threads: threads)
    // In a small album most pairs may be of one person, above the median and below: pairs that hardly are
    // of strangers do not count.
    if let prior {
      let most = prior.similarity(atFalseAcceptRate: 1e-3)
      similarities.removeAll { $0 > most }
    }
    let enough = min(count, Int((2 * Double(similarities.count)).squareRoot()) + 1)
    guard similarities.count >= 3 else {
      self = prior ?? .standard
      return
    }
    let measured = similarities.quantile(0.5)
    let low = similarities.quantile(0.16)
    // Thirty faces of one's own weigh as much as those that the prior comes from.
    let prior = prior ?? ImpostorDistribution(median: measured, width: measured - low, faces: 0)
    let weight = Float(enough) / Float(enough + 30)
    median = weight * measured + (1 - weight) * prior.median
    width = weight * max(measured - low, prior.width / 8) + (1 - weight) * prior.width
    faces = count
  }

  /// Of all pairs of different labels where there are few faces, else of a part of them.
  private static func similaritiesOfStrangers(
    _ vectors: UnitVectors, _ labels: [Int32], threads: Int
  ) -> [Float] {
    let count = vectors.count
    if count <= 600 {
      var similarities: [Float] = []
      for a in 0..<count {
        for b in 0..<a where labels[a] != labels[b] {
          similarities.append(vectors.similarity(a, b))
        }
      }
      return similarities
    }
    // Pairs at fixed strides: the same each time, and each row as often as any other.
    let strides = 40 + 100_000 / count
    let similarities = SharedBuffer(strides * count, filledWith: Float.nan)
    inParallel(strides, threads: threads) { number in
      let step = max(1, ((number + 1) * 7919) % count)
      for a in 0..<count where labels[a] != labels[(a + step) % count] {
        similarities[number * count + a] = vectors.similarity(a, (a + step) % count)
      }
    }
    return similarities.array.filter { !$0.isNaN }
  }
}

extension [Float] {
  /// The element that has a part of the others below it.
  ///
  /// Reorders the array so far as needed (Hoare's selection, 1961).
  /// - Precondition: not empty, and without NaN.
  fileprivate mutating func quantile(_ part: Double) -> Float {
    let rank = Swift.min(count - 1, Int(part * Double(count)))
    return withUnsafeMutableBufferPointer { values in
      var (low, high) = (0, values.count - 1)
      while low < high {
        let pivot = values[low + (high - low) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          if left <= right {
            values.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if rank <= right {
          high = right
        } else if rank >= left {
          low = left
        } else {
          break
        }
      }
      return values[rank]
    }
  }
}
