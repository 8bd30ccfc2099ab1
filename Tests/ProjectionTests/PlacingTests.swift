import LikenessCore
import Testing
import VectorSearch

@testable import Projection

@Suite struct PlacingTests {
  @Test(arguments: [2, 3]) func aNewFaceLiesWithItsGroup(dimensions: Int) throws {
    let all = blobs(3, of: 21)
    let isNew = (0..<63).map { $0 % 21 == 0 }
    func rows(_ new: Bool) -> EmbeddingMatrix {
      EmbeddingMatrix((0..<63).filter { isNew[$0] == new }.map { all[$0] })
    }
    var options = TSNEOptions()
    options.dimensions = dimensions
    options.perplexity = 6
    options.iterations = 150
    let old = try TSNE.fit(rows(false), options: options).layout
    let placed = try TSNE.place(rows(true), on: old, of: rows(false))
    #expect(placed.count == 3 && placed.dimensions == dimensions)
    for group in 0..<3 {
      let point = placed.coordinates[group * dimensions..<(group + 1) * dimensions]
      let nearest = (0..<60).min { squared(point, old, $0) < squared(point, old, $1) }
      #expect(nearest.map { $0 / 20 } == group)
    }
  }

  @Test(arguments: [2, 3]) func knownNeighborsGiveTheSamePlaces(dimensions: Int) throws {
    let (old, new) = (blobs(3, of: 20), blobs(3, of: 4, seed: 9))
    let layout = Layout(
      dimensions: dimensions, coordinates: scattered(60 * dimensions, scale: 4))
    let width = TSNE.placingNeighborCount
    var (rows, distances) = ([Int32](), [Float]())
    for row in 0..<new.count {
      let nearest = (0..<old.count).map { (Metric.l2.distance(new[row], old[$0]), Int32($0)) }
        .sorted { $0 < $1 }.prefix(width)
      rows += nearest.map(\.1)
      distances += nearest.map(\.0)
    }
    let table = NeighborTable(count: new.count, width: width, rows: rows, distances: distances)
    let placed = try TSNE.place(table, on: layout)
    let other = try TSNE.place(new, on: layout, of: old)
    #expect(placed.count == 12 && other.count == 12)
    for (a, b) in zip(placed.coordinates, other.coordinates) { #expect(abs(a - b) < 1e-2) }
  }

  @Test func whoHasNoNeighborLiesInTheMiddle() throws {
    let layout = Layout(dimensions: 2, coordinates: [3, 4, -3, -4])
    let table = NeighborTable(
      count: 2, width: 2, rows: [-1, -1, 1, -1],
      distances: [.infinity, .infinity, 0.5, .infinity])
    let placed = try TSNE.place(table, on: layout).coordinates
    #expect(placed.count == 4 && placed.prefix(2) == [0, 0])
    #expect(placed[2] < 0 && placed[3] < 0)
    #expect(throws: ProjectionError.tooFewFaces(0)) {
      try TSNE.place(table, on: Layout(dimensions: 2, coordinates: []))
    }
  }

  @Test func aloneItLiesWhereTheOnlyOtherIs() throws {
    let old = EmbeddingMatrix(dimensions: 2, values: [1, 2])
    let layout = Layout(dimensions: 2, coordinates: [3, 4])
    let placed = try TSNE.place(old, on: layout, of: old)
    #expect(placed.coordinates.allSatisfy { $0.isFinite })
    #expect(try TSNE.place(EmbeddingMatrix(dimensions: 2), on: layout, of: old).count == 0)
  }

  @Test func invalidInputsAreErrors() {
    let old = EmbeddingMatrix(dimensions: 2, values: [1, 2])
    let layout = Layout(dimensions: 2, coordinates: [3, 4, 5, 6])
    #expect(throws: ProjectionError.countMismatch(expected: 1, found: 2)) {
      try TSNE.place(old, on: layout, of: old)
    }
    #expect(throws: ProjectionError.dimensionMismatch(expected: 2, found: 3)) {
      try TSNE.place(
        EmbeddingMatrix(dimensions: 3, values: [1, 2, 3]),
        on: Layout(dimensions: 2, coordinates: [3, 4]), of: old)
    }
  }

  private func squared(_ point: ArraySlice<Float>, _ layout: Layout, _ row: Int) -> Float {
    let d = layout.dimensions
    return zip(point, layout.coordinates[row * d..<(row + 1) * d]).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
  }
}
