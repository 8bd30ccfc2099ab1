import CKernels
import Foundation
import LikenessCore
import VectorSearch

extension TSNE {
  /// As openTSNE places new points: few neighbours, so that a face lies with those that are most alike.
  private static let placingPerplexity = 5.0
  /// How many of the nearest old faces a new one is placed by.
  public static let placingNeighborCount = 15
  private static let placingSteps = 250

  /// Places new faces on a picture whose points stay where they are.
  ///
  /// Each looks for its own place, without regard to the other new ones, where the divergence of its
  /// likeness to the old faces from its distances to their points is smallest (Poličar, Stražar and Zupan,
  /// "Embedding to reference t-SNE space addresses batch effects in single-cell classification", 2023).
  /// - Parameters:
  ///   - new: `(m, d)`
  ///   - layout: of the old vectors, `(n, 2)` or `(n, 3)`.
  ///   - vectors: the old ones, `(n, d)`.
  ///   - options: of which the number of threads counts.
  /// - Returns: `(m, 2)` or `(m, 3)`
  /// - Throws: `dimensionMismatch`, `countMismatch`, `notFinite`, `tooFewFaces` if there is no old one
  public static func place(
    _ new: EmbeddingMatrix, on layout: Layout, of vectors: EmbeddingMatrix,
    options: TSNEOptions = .init()
  ) throws(ProjectionError) -> Layout {
    let dimensions = layout.dimensions
    guard (2...3).contains(dimensions) else { throw .unsupportedDimensions(dimensions) }
    guard layout.count == vectors.count else {
      throw .countMismatch(expected: vectors.count, found: layout.count)
    }
    guard new.dimensions == vectors.dimensions else {
      throw .dimensionMismatch(expected: vectors.dimensions, found: new.dimensions)
    }
    guard vectors.count > 0 else { throw .tooFewFaces(0) }
    try vectors.checkFinite()
    try new.checkFinite()
    guard new.count > 0 else { return Layout(dimensions: dimensions, coordinates: []) }

    let count = vectors.count
    return place(new.count, on: layout, width: min(placingNeighborCount, count), options) { row in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { squared in
        new.withRow(row) { vector in
          vectors.values.withUnsafeBufferPointer { all in
            ck_kernels_best().pointee.l2sq_f32_rows(
              vector.baseAddress!, all.baseAddress!, vector.count, count, vector.count,
              squared.baseAddress!)
          }
        }
        var nearest: [Placement.Neighbor] = []
        for (other, distance) in squared.enumerated()
        where nearest.count < placingNeighborCount || distance < nearest[nearest.count - 1].squared
        {
          let place = nearest.firstIndex { distance < $0.squared } ?? nearest.count
          nearest.insert((distance, other), at: place)
          if nearest.count > placingNeighborCount { nearest.removeLast() }
        }
        return nearest
      }
    }
  }

  /// The same, of new faces whose nearest old ones are known.
  /// - Parameters:
  ///   - neighbors: of each new face the nearest old ones, as rows of the layout, with their L2 distances: `(m, k)`, of
  ///     which the first `placingNeighborCount` count. A face that has none lies in the middle.
  ///   - layout: of the old faces, `(n, 2)` or `(n, 3)`.
  /// - Returns: `(m, 2)` or `(m, 3)`
  /// - Throws: `unsupportedDimensions`, `tooFewFaces` if there is no old one
  /// - Precondition: the rows are rows of the layout.
  public static func place(
    _ neighbors: NeighborTable, on layout: Layout, options: TSNEOptions = .init()
  ) throws(ProjectionError) -> Layout {
    guard (2...3).contains(layout.dimensions) else {
      throw .unsupportedDimensions(layout.dimensions)
    }
    guard layout.count > 0 else { throw .tooFewFaces(0) }
    precondition(neighbors.rows.allSatisfy { $0 < layout.count }, "a neighbour without a place")
    let width = min(placingNeighborCount, neighbors.width)
    return place(neighbors.count, on: layout, width: width, options) { row in
      neighbors[row].prefix(width).enumerated().map { column, other in
        let distance = neighbors.distances[row * neighbors.width + column]
        return (distance * distance, Int(other))
      }
    }
  }

  /// - Parameter nearest: the old points nearest to a new one, the nearest first, at most `width`.
  private static func place(
    _ count: Int, on layout: Layout, width: Int, _ options: TSNEOptions,
    nearest: @Sendable (Int) -> [Placement.Neighbor]
  ) -> Layout {
    let placement = Placement(count, on: layout, width: width)
    let pieces = Pieces(rows: count, minimumSize: 8, maximumCount: 1024)
    inParallel(pieces.count, threads: options.threads) { piece in
      for row in pieces[piece] {
        let nearest = nearest(row)
        guard !nearest.isEmpty else { continue }
        placement.begin(row, among: nearest, perplexity: placingPerplexity)
        placement.descend(row, steps: placingSteps)
      }
    }
    return Layout(
      dimensions: layout.dimensions,
      coordinates: Array(placement.points.array[(layout.count * layout.dimensions)...]))
  }
}

/// New points after the old ones.
private final class Placement: Sendable {
  /// Old ones, then new ones, `(n + m, d)`.
  let points: SharedBuffer<Float>

  /// An old point, and its squared distance as a vector.
  typealias Neighbor = (squared: Float, row: Int)

  private let old: Int
  private let width: Int
  private let dimensions: Int
  private let planes: SharedBuffer<Float>
  private let starts: SharedBuffer<Int64>
  private let columns: SharedBuffer<Int32>
  private let values: SharedBuffer<Float>
  private let attraction: SharedBuffer<Float>
  private let repelled: SharedBuffer<Float>
  private let sums: SharedBuffer<Float>
  private let updates: SharedBuffer<Float>
  private let gains: SharedBuffer<Float>
  private let kernels = TSNEKernels.best

  init(_ count: Int, on layout: Layout, width: Int) {
    (old, dimensions, self.width) = (layout.count, layout.dimensions, width)
    let all = old + count
    points = SharedBuffer(
      layout.coordinates + [Float](repeating: 0, count: count * dimensions), filledWith: 0)
    planes = SharedBuffer(old * dimensions, filledWith: 0)
    ck_planes(points.pointer, Int32(dimensions), old, planes.pointer)
    starts = SharedBuffer(all + 1, filledWith: 0)
    for row in 0..<count { starts[old + row + 1] = Int64((row + 1) * width) }
    // What is not filled weighs nothing.
    columns = SharedBuffer(count * width, filledWith: 0)
    values = SharedBuffer(count * width, filledWith: 0)
    attraction = SharedBuffer(all * dimensions, filledWith: 0)
    repelled = SharedBuffer(all * dimensions, filledWith: 0)
    sums = SharedBuffer(all, filledWith: 0)
    updates = SharedBuffer(all * dimensions, filledWith: 0)
    gains = SharedBuffer(all * dimensions, filledWith: 1)
  }

  /// How alike a new face is to the nearest old ones, and the middle of them to begin with.
  func begin(_ row: Int, among nearest: [Neighbor], perplexity: Double) {
    let first = row * width
    for (offset, found) in nearest.enumerated() { columns[first + offset] = Int32(found.row) }
    _ = ck_tsne_bandwidth(
      nearest.map(\.squared), nearest.count, min(perplexity, Double(nearest.count)),
      values.pointer + first)
    for axis in 0..<dimensions {
      points[(old + row) * dimensions + axis] = median(row, axis: axis)
    }
  }

  /// The place with half of the weight on either side: a mean would lie between two groups, in neither.
  private func median(_ row: Int, axis: Int) -> Float {
    let places = (row * width..<(row + 1) * width)
      .map { (points[Int(columns[$0]) * dimensions + axis], values[$0]) }
      .sorted { $0.0 < $1.0 }
    var sum: Float = 0
    for (place, weight) in places {
      sum += weight
      if sum >= 0.5 { return place }
    }
    return places[places.count - 1].0
  }

  func descend(_ row: Int, steps: Int) {
    let point = old + row
    var step = ck_tsne_step()
    step.exaggeration = 1.5
    step.learning_rate = 0.1
    step.momentum = 0.8
    step.longest = 0.25
    for _ in 0..<steps {
      kernels.table.attract(
        points.pointer, Int32(dimensions), starts.pointer, columns.pointer, values.pointer, point,
        point + 1, attraction.pointer)
      kernels.table.repel_exactly(
        points.pointer, Int32(dimensions), point, point + 1, planes.pointer, old,
        repelled.pointer, sums.pointer)
      // Where nothing is near, nothing pushes.
      step.per_sum = 1 / max(sums[point], .leastNormalMagnitude)
      ck_tsne_move(
        step, Int32(dimensions), point, point + 1, attraction.pointer, repelled.pointer,
        points.pointer, updates.pointer, gains.pointer)
    }
  }
}
