import LikenessCore
import TestSupport
import VectorSearch

/// Vectors to search among, all made from a seed.
enum SampleVectors {
  static func random(_ count: Int, _ dimensions: Int, seed: UInt64) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    return EmbeddingMatrix(
      dimensions: dimensions,
      values: (0..<count * dimensions).map { _ in .random(in: -1...1, using: &random) })
  }

  /// Like faces: a photo of one of 100 people in each row, all far from the origin. Other seeds are other
  /// photos of the same people.
  static func clustered(_ count: Int, _ dimensions: Int, seed: UInt64) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    let people = SampleVectors.random(100, dimensions, seed: 1)
    return EmbeddingMatrix(
      dimensions: dimensions,
      values: (0..<count).flatMap { _ -> [Float] in
        let person = people[Int.random(in: 0..<people.count, using: &random)]
        return person.values.map { 5 + $0 + .random(in: -0.3...0.3, using: &random) }
      })
  }

  /// Photos of people, one person after the other and around again: row r is of person `r % people`. People with other numbers are
  /// others, photos of another seed are other photos.
  static func people(
    _ people: Range<Int>, photos count: Int, _ dimensions: Int, spread: Float, seed: UInt64
  ) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    let faces = people.map { SampleVectors.random(1, dimensions, seed: 1_000 + UInt64($0)) }
    return EmbeddingMatrix(
      dimensions: dimensions,
      values: (0..<count).flatMap { row in
        faces[row % people.count].values.map { $0 + .random(in: -spread...spread, using: &random) }
      })
  }

  /// Few different values, so that vectors repeat and distances tie.
  static func repeated(_ count: Int, _ dimensions: Int, seed: UInt64) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    return EmbeddingMatrix(
      dimensions: dimensions,
      values: (0..<count * dimensions).map { _ in Float(Int.random(in: 0...2, using: &random)) })
  }

  static func equal(_ count: Int, _ dimensions: Int, to value: Float) -> EmbeddingMatrix {
    EmbeddingMatrix(
      dimensions: dimensions, values: [Float](repeating: value, count: count * dimensions))
  }

  /// What no embedding should hold: zeros, numbers at the ends of a float's range, and none at all.
  static func odd(_ count: Int, _ dimensions: Int, seed: UInt64) -> EmbeddingMatrix {
    var random = SplitMix64(seed: seed)
    let pool: [Float] = [0, 0, 1, -1, 1e-38, 1e-20, 1e10, 1e16, -1e30, .infinity, .nan]
    return EmbeddingMatrix(
      dimensions: dimensions,
      values: (0..<count).flatMap { _ -> [Float] in
        let rare = pool.randomElement(using: &random)!
        return (0..<dimensions).map { _ in
          Bool.random(using: &random) ? rare : .random(in: -1...1, using: &random)
        }
      })
  }
}

/// Every distance, sorted: what an index is measured against.
struct PlainSearch {
  var vectors: [Int64: Embedding] = [:]

  init() {}

  init(_ matrix: EmbeddingMatrix) {
    for row in 0..<matrix.count { vectors[Int64(row)] = matrix[row] }
  }

  func search(
    _ query: Embedding, count: Int, metric: Metric, filter: (Int64) -> Bool = { _ in true }
  ) -> [Neighbor] {
    let all = vectors.filter { filter($0.key) }.map {
      Neighbor(id: $0.key, distance: metric.distance(query, $0.value))
    }
    let sorted = all.sorted { a, b in
      if a.distance.isNaN || b.distance.isNaN {
        return a.distance.isNaN == b.distance.isNaN ? a.id < b.id : b.distance.isNaN
      }
      return (a.distance, a.id) < (b.distance, b.id)
    }
    return Array(sorted.prefix(count))
  }
}

/// NaN is not equal to itself; here it is.
func expectSame(_ a: [Neighbor], _ b: [Neighbor]) -> Bool {
  a.map(\.id) == b.map(\.id) && a.map(\.distance.bitPattern) == b.map(\.distance.bitPattern)
}

/// The part of the true nearest that was found, by distance.
func recall(_ found: [Neighbor], _ truth: [Neighbor]) -> Double {
  guard !truth.isEmpty else { return found.isEmpty ? 1 : 0 }
  let distances = Set(truth.map(\.distance))
  return Double(found.count { distances.contains($0.distance) }) / Double(truth.count)
}
