import Foundation
import GalleryCore
import LikenessCore
import LinearAlgebra

/// How embeddings of people lie: where each person is, and how far their faces are from there.
///
/// A face is drawn as mean + B z + W e, where the normally distributed z is the person's and e the face's own: the model that
/// probabilistic linear discriminant analysis assumes (Ioffe 2006).
public struct FaceSpread: Sendable {
  /// The length of an embedding, d.
  public let dimensions: Int
  /// Whether embeddings are of length 1.
  public let isNormalized: Bool
  private let mean: [Float]
  private let people: [Direction]
  private let faces: [Direction]

  /// An eigenvector of a covariance, as long as the standard deviation along it.
  private struct Direction {
    /// The first of its axes that is not zero.
    var start: Int
    var values: [Float]
  }

  private init(
    mean: [Float], people: [Direction], faces: [Direction], isNormalized: Bool
  ) {
    (self.mean, self.people, self.faces) = (mean, people, faces)
    (dimensions, self.isNormalized) = (mean.count, isNormalized)
  }

  /// A mixture on the sphere whose distances are like those of the standard model: the cosine distance of two faces of a
  /// person is 0.38 on average, that of two people's 1.0 with a standard deviation of 0.1. People differ most in few
  /// directions: the k-th varies by exp(-k / 40) of the first.
  public static func standard(dimensions: Int = 128) -> FaceSpread {
    let weights = (0..<dimensions).map { exp(-Double($0) / 20) }
    let sum = weights.reduce(0, +)
    // The similarity of two faces is 1 / (1 + s), where s is the squared length that is the face's own.
    let own = 0.61
    func directions(_ variances: [Double]) -> [Direction] {
      variances.enumerated().map { axis, variance in
        Direction(start: axis, values: [Float(variance.squareRoot())])
      }
    }
    return FaceSpread(
      mean: [Float](repeating: 0, count: dimensions), people: directions(weights.map { $0 / sum }),
      faces: directions([Double](repeating: own / Double(dimensions), count: dimensions)),
      isNormalized: true)
  }

  /// The fewest faces that a spread is measured on.
  public static let fewestMeasured = 50
  /// The part of all variance that is within people, where nothing says who is who.
  private static let usualWithin = 0.38

  /// As real faces lie: with their mean and covariance, that within people where it is known who is who.
  /// - Parameters:
  ///   - embeddings: `(n, d)`, n being `fewestMeasured` and more.
  ///   - persons: the person of each, `(n,)`; nil where that is not known.
  public init(measuredOn embeddings: EmbeddingMatrix, persons: [PersonID?]) throws {
    precondition(embeddings.count == persons.count && embeddings.count >= Self.fewestMeasured)
    let (n, d) = (embeddings.count, embeddings.dimensions)
    func center(_ rows: some Collection<Int>) -> [Double] {
      var sum = [Double](repeating: 0, count: d)
      for row in rows {
        embeddings.withRow(row) { values in for axis in 0..<d { sum[axis] += Double(values[axis]) }
        }
      }
      return sum.map { $0 / Double(rows.count) }
    }
    let mean = center(0..<n)
    let total = embeddings.scatter(around: mean, threads: defaultThreads)
      .map { $0 / Double(n - 1) }
    // Of each face from its person's mean.
    var differences = EmbeddingMatrix(dimensions: d)
    var (freedom, several) = (0, 0)
    let groups = Dictionary(grouping: persons.indices.filter { persons[$0] != nil }) {
      persons[$0]!
    }
    for (_, rows) in groups.sorted(by: { $0.key < $1.key }) where rows.count > 1 {
      let own = center(rows)
      for row in rows {
        differences.append(Embedding(zip(embeddings[row].values, own).map { $0 - Float($1) }))
      }
      freedom += rows.count - 1
      several += 1
    }
    let within: [Double]
    // A covariance of fewer would say nothing in most directions.
    if freedom >= d, several >= 10 {
      let zero = [Double](repeating: 0, count: d)
      within = differences.scatter(around: zero, threads: defaultThreads)
        .map { $0 / Double(freedom) }
    } else {
      within = total.map { $0 * Self.usualWithin }
    }
    let lengths = (0..<n).map { row in embeddings.withRow(row) { $0.length } }
    self.init(
      mean: mean.map { Float($0) },
      people: try Self.directions(zip(total, within).map { $0 - $1 }, d),
      faces: try Self.directions(within, d),
      isNormalized: lengths.allSatisfy { abs($0 - 1) < 1e-3 })
  }

  /// The scaled eigenvectors of a covariance; what is below zero by the error of its estimate counts as zero.
  private static func directions(_ covariance: [Double], _ d: Int) throws -> [Direction] {
    let eigen = try SymmetricEigen(lowerTriangle: covariance, dimensions: d)
    return (0..<d).compactMap { number in
      guard eigen.values[number] > 0 else { return nil }
      let scale = eigen.values[number].squareRoot()
      return Direction(
        start: 0, values: eigen.vectors[number * d..<(number + 1) * d].map { Float($0 * scale) })
    }
  }

  /// A face of somebody, `(d,)`: the same for the same seed and numbers.
  public func face(_ number: Int, ofPerson person: Int, seed: UInt64) -> Embedding {
    let center = draw(people, around: mean, seed: seed, path: UInt64(person), 0)
    let values = draw(faces, around: center, seed: seed, path: UInt64(number), 1)
    return isNormalized ? Embedding(values).normalized() : Embedding(values)
  }

  private func draw(
    _ directions: [Direction], around center: [Float], seed: UInt64, path: UInt64, _ kind: UInt64
  ) -> [Float] {
    var random = SeededRandom(seed: seed, path: path, kind)
    var values = center
    for direction in directions {
      let amount = Self.normal(&random)
      for (place, value) in direction.values.enumerated() {
        values[direction.start + place] += amount * value
      }
    }
    return values
  }

  /// By the Box–Muller transform.
  private static func normal(_ random: inout SeededRandom) -> Float {
    // Above zero, for the logarithm.
    let radius = (-2 * log(1 - Double(random.next() >> 11) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * .pi * Double(random.next() >> 11) * 0x1p-53))
  }
}
