import LikenessCore
import Testing
import VectorSearch

@testable import Projection

@Suite struct InitializationTests {
  /// Kept maps and users' commands have these.
  @Test func `names stay`() {
    #expect(TSNEInitialization.allCases.map(\.rawValue) == ["pca", "random-projection"])
    #expect(TSNEOptions().initialization.rawValue == "pca")
    #expect(TSNEInitialization(rawValue: "umap") == nil)
  }

  @Test(arguments: TSNEInitialization.allCases, [2, 3])
  func `groups stay apart whatever t-SNE begins with`(
    initialization: TSNEInitialization, dimensions: Int
  ) throws {
    let vectors = blobs(4, of: 30)
    var options = TSNEOptions()
    (options.perplexity, options.dimensions) = (8, dimensions)
    (options.earlyIterations, options.iterations) = (60, 100)
    options.initialization = initialization
    options.threads = 1
    let map = try TSNE.fit(vectors, options: options)
    for face in 0..<120 { #expect(nearest(face, in: map.layout) / 30 == face / 30) }
    options.threads = 2
    #expect(try TSNE.fit(vectors, options: options) == map)
    options.seed = 5
    #expect(try TSNE.fit(vectors, options: options).layout != map.layout)
  }

  /// In the mean over many directions a squared distance in the picture is a fixed multiple of that of the vectors.
  @Test func `random projections keep distances on average`() throws {
    let vectors = EmbeddingMatrix(dimensions: 64, values: scattered(40 * 64, scale: 1))
    func squared(_ rows: (Int) -> Float, _ width: Int, _ a: Int, _ b: Int) -> Double {
      (0..<width).reduce(0.0) { sum, i in
        let apart = Double(rows(a * width + i) - rows(b * width + i))
        return sum + apart * apart
      }
    }
    let (seeds, pairs) = (400, [(0, 1), (2, 3), (10, 30), (38, 39)])
    var sums = [Double](repeating: 0, count: pairs.count)
    for seed in 0..<seeds {
      let start = try RandomProjectionStart().start(
        of: vectors, dimensions: 2, seed: UInt64(seed), threads: 1)
      let layout = start.layout
      #expect(layout.count == 40 && layout.dimensions == 2)
      // Around the origin, and the unit is what they scatter by.
      for axis in 0..<2 {
        let places = (0..<40).map { Double(layout.coordinates[2 * $0 + axis]) }
        #expect(abs(places.reduce(0, +)) < 1e-3)
        let deviation = (places.reduce(0) { $0 + $1 * $1 } / 40).squareRoot()
        #expect(deviation <= start.deviation * (1 + 1e-6))
      }
      for (number, pair) in pairs.enumerated() {
        sums[number] += squared({ layout.coordinates[$0] }, 2, pair.0, pair.1) / Double(seeds)
      }
    }
    for (sum, pair) in zip(sums, pairs) {
      let whole = squared({ vectors.values[$0] }, 64, pair.0, pair.1)
      // Two directions of unit variance: twice the squared distance; a chi-squared of 800 degrees varies by 5 %.
      #expect(abs(sum / whole - 2) < 0.4, "\(sum / whole)")
    }
  }
}
