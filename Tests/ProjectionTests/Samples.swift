import LikenessCore
import TestSupport
import VectorSearch

@testable import Projection

/// Groups of vectors around far centers, one group after the other.
func blobs(_ groups: Int, of size: Int, dimensions: Int = 8, seed: UInt64 = 1) -> EmbeddingMatrix {
  var noise = GaussianNoise(seed: seed)
  var values: [Float] = []
  for _ in 0..<groups {
    let center = (0..<dimensions).map { _ in 4 * noise.next() }
    for _ in 0..<size { values += center.map { Float($0 + 0.3 * noise.next()) } }
  }
  return EmbeddingMatrix(dimensions: dimensions, values: values)
}

/// Normally distributed numbers.
func scattered(_ count: Int, scale: Double, seed: UInt64 = 2) -> [Float] {
  var noise = GaussianNoise(seed: seed)
  return (0..<count).map { _ in Float(scale * noise.next()) }
}

func affinities(of vectors: EmbeddingMatrix, perplexity: Double) throws -> Affinities {
  let table = try NeighborTable(of: vectors, width: Int(3 * perplexity))
  return Affinities(of: vectors, neighbors: table, perplexity: perplexity, threads: 2)
}

/// |a − b| / |b|
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  var (apart, whole) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    apart += Double(x - y) * Double(x - y)
    whole += Double(y) * Double(y)
  }
  return (apart / whole).squareRoot()
}

/// The point next to a face's.
func nearest(_ face: Int, in layout: Layout) -> Int {
  let d = layout.dimensions
  func squared(_ other: Int) -> Float {
    (0..<d).reduce(0) {
      let apart = layout.coordinates[face * d + $1] - layout.coordinates[other * d + $1]
      return $0 + apart * apart
    }
  }
  return (0..<layout.count).filter { $0 != face }.min { squared($0) < squared($1) } ?? -1
}
