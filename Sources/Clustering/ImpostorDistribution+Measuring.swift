import Foundation
import LikenessCore
import VectorSearch

extension ImpostorDistribution {
  /// Measures it on faces without known identities: those linked by a similarity of at least
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
    var similarities = Self.impostorSimilarities(vectors, labels, threads: threads)
    // In a small album most pairs may be genuine: those that are too similar to be of impostors are left out.
    if let prior {
      let maximum = prior.similarity(atFalseAcceptRate: 1e-3)
      similarities.removeAll { $0 > maximum }
    }
    let effectiveCount = min(count, Int((2 * Double(similarities.count)).squareRoot()) + 1)
    guard similarities.count >= 3 else {
      self = prior ?? .standard
      return
    }
    let measured = similarities.quantile(0.5)
    let low = similarities.quantile(0.16)
    // Thirty faces weigh as much as the prior.
    let shape = prior ?? .standard
    let prior =
      prior
      ?? ImpostorDistribution(
        median: measured, width: measured - low, tail: shape.tail, faces: 0)
    let weight = Float(effectiveCount) / Float(effectiveCount + 30)
    self.init(
      median: weight * measured + (1 - weight) * prior.median,
      width: weight * max(measured - low, prior.width / 8) + (1 - weight) * prior.width,
      tail: prior.tail, faces: count)
  }

  /// The similarities of all pairs of different labels; of many faces, those of a sample.
  private static func impostorSimilarities(
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
    // Pairs at fixed strides: a deterministic sample in which all rows are equally frequent.
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
  /// The quantile at a probability, by quickselect (Hoare 1961), which reorders the array.
  /// - Precondition: not empty, and without NaN.
  fileprivate mutating func quantile(_ probability: Double) -> Float {
    let rank = Swift.min(count - 1, Int(probability * Double(count)))
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
