import Foundation
import LikenessCore
import Testing
import VectorSearch

@testable import Projection

@Suite struct AffinityTests {
  @Test func theEntropyOfEachRowIsTheLogarithmOfThePerplexity() throws {
    let vectors = blobs(3, of: 30)
    let perplexity = 7.0
    let table = try NeighborTable(of: vectors, width: 21)
    let rows = Affinities.conditional(
      vectors, neighbors: table, width: 21, perplexity: perplexity, threads: 2)
    for row in 0..<vectors.count {
      let weights = (Int(rows.starts[row])..<Int(rows.starts[row + 1])).map {
        Double(rows.values[$0])
      }
      #expect(weights.count == 21)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
      let entropy = weights.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
      #expect(abs(entropy - log(perplexity)) < 1e-4)
    }
  }

  @Test func columnsArePutInOrderWithTheirValues() throws {
    let rows = SparseRows(count: 3, capacity: 6)
    for (row, end) in [0, 4, 4, 6].enumerated() { rows.starts[row] = Int64(end) }
    for (place, column) in [2, 0, 3, 1, 1, 0].enumerated() {
      (rows.columns[place], rows.values[place]) = (Int32(column), Float(column) / 8)
    }
    rows.sortColumns(threads: 2)
    #expect(rows.columns.array == [0, 1, 2, 3, 0, 1])
    #expect(rows.values.array == [0, 0.125, 0.25, 0.375, 0, 0.125])
  }

  @Test func theyAreSymmetricAndSumToOne() throws {
    let p = try affinities(of: blobs(4, of: 20), perplexity: 6)
    var cells: [SIMD2<Int32>: Float] = [:]
    var sum = 0.0
    for row in 0..<p.count {
      var last: Int32 = -1
      for e in Int(p.starts[row])..<Int(p.starts[row + 1]) {
        #expect(p.columns[e] > last)
        last = p.columns[e]
        cells[[Int32(row), last]] = p.values[e]
        sum += Double(p.values[e])
      }
    }
    #expect(abs(sum - 1) < 1e-5)
    for (cell, value) in cells { #expect(cells[[cell.y, cell.x]] == value) }
  }

  @Test func equalFacesAreEquallyAlike() throws {
    let vectors = EmbeddingMatrix(dimensions: 2, values: [Float](repeating: 1, count: 20) + [5, 5])
    let p = try affinities(of: vectors, perplexity: 3)
    #expect(p.values.array.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(abs(p.values.sum - 1) < 1e-5)
  }
}
