import CKernels
import Foundation
import LikenessCore
import VectorSearch

extension TSNE {
  /// As openTSNE places new points: few neighbours, so that a face lies with those that are most alike.
  private static let placingPerplexity = 5.0
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

    let placement = Placement(new, layout, vectors)
    let pieces = Pieces(rows: new.count, minimumSize: 8, maximumCount: 1024)
    inParallel(pieces.count, threads: options.threads) { piece in
      for row in pieces[piece] {
        placement.findNeighbors(row, perplexity: placingPerplexity)
        placement.descend(row, steps: placingSteps)
      }
    }
    return Layout(
      dimensions: dimensions,
      coordinates: Array(placement.points.array[(vectors.count * dimensions)...]))
  }
}

/// New points after the old ones.
private final class Placement: Sendable {
  /// Old ones, then new ones, `(n + m, d)`.
  let points: SharedBuffer<Float>

  private let new: EmbeddingMatrix
  private let vectors: EmbeddingMatrix
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

  init(_ new: EmbeddingMatrix, _ layout: Layout, _ vectors: EmbeddingMatrix) {
    (self.new, self.vectors, dimensions) = (new, vectors, layout.dimensions)
    let (old, all) = (vectors.count, vectors.count + new.count)
    width = min(15, old)
    points = SharedBuffer(
      layout.coordinates + [Float](repeating: 0, count: new.count * dimensions), filledWith: 0)
    planes = SharedBuffer(old * dimensions, filledWith: 0)
    ck_planes(points.pointer, Int32(dimensions), old, planes.pointer)
    starts = SharedBuffer(all + 1, filledWith: 0)
    for row in 0..<new.count { starts[old + row + 1] = Int64((row + 1) * width) }
    columns = SharedBuffer(new.count * width, filledWith: 0)
    values = SharedBuffer(new.count * width, filledWith: 0)
    attraction = SharedBuffer(all * dimensions, filledWith: 0)
    repelled = SharedBuffer(all * dimensions, filledWith: 0)
    sums = SharedBuffer(all, filledWith: 0)
    updates = SharedBuffer(all * dimensions, filledWith: 0)
    gains = SharedBuffer(all * dimensions, filledWith: 1)
  }

  /// The nearest old faces of a new one, how alike they are, and the middle of them to begin with.
  func findNeighbors(_ row: Int, perplexity: Double) {
    let old = vectors.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: old) { squared in
      new.withRow(row) { vector in
        vectors.values.withUnsafeBufferPointer { all in
          ck_kernels_best().pointee.l2sq_f32_rows(
            vector.baseAddress!, all.baseAddress!, vector.count, old, vector.count,
            squared.baseAddress!)
        }
      }
      var nearest: [(distance: Float, row: Int)] = []
      for (other, distance) in squared.enumerated()
      where nearest.count < width || distance < nearest[nearest.count - 1].distance {
        let place = nearest.firstIndex { distance < $0.distance } ?? nearest.count
        nearest.insert((distance, other), at: place)
        if nearest.count > width { nearest.removeLast() }
      }
      let first = row * width
      for (offset, found) in nearest.enumerated() { columns[first + offset] = Int32(found.row) }
      _ = ck_tsne_bandwidth(
        nearest.map(\.distance), width, min(perplexity, Double(width)), values.pointer + first)
    }
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
    let point = vectors.count + row
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
        points.pointer, Int32(dimensions), point, point + 1, planes.pointer, vectors.count,
        repelled.pointer, sums.pointer)
      // Where nothing is near, nothing pushes.
      step.per_sum = 1 / max(sums[point], .leastNormalMagnitude)
      ck_tsne_move(
        step, Int32(dimensions), point, point + 1, attraction.pointer, repelled.pointer,
        points.pointer, updates.pointer, gains.pointer)
    }
  }
}
