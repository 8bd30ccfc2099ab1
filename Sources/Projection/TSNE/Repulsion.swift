import CKernels
import LikenessCore
import VectorSearch

/// A way to sum over all pairs of points, with `k = 1 / (1 + d²)`.
protocol Repulsion: Sendable {
  /// Looks at all points, which do not move before `apply` has been called for them.
  func prepare(_ points: SharedBuffer<Float>, threads: Int)

  /// Σ_j k² (y_i − y_j) into `forces`, `(n, d)`, and something of which `total` makes Σ k into `sums`,
  /// `(n,)`. Whether the range means rows is the method's affair: all ranges are asked for.
  func apply(
    _ range: Range<Int>, points: SharedBuffer<Float>, forces: SharedBuffer<Float>,
    sums: SharedBuffer<Float>)

  /// Σ k over all pairs of two different points.
  func total(_ sums: SharedBuffer<Float>) -> Double
}

extension Repulsion {
  func total(_ sums: SharedBuffer<Float>) -> Double {
    // Each sum includes k = 1 of the point itself.
    sums.sum - Double(sums.count)
  }
}

extension SharedBuffer<Float> {
  var sum: Double {
    var sum = 0.0
    for index in 0..<count { sum += Double(pointer[index]) }
    return sum
  }
}

/// Every pair.
final class ExactRepulsion: Repulsion {
  private let kernels = TSNEKernels.best
  private let dimensions: Int
  private let count: Int
  private let planes: SharedBuffer<Float>

  init(count: Int, dimensions: Int) {
    self.count = count
    self.dimensions = dimensions
    planes = SharedBuffer(count * dimensions, filledWith: 0)
  }

  func prepare(_ points: SharedBuffer<Float>, threads: Int) {
    ck_planes(points.pointer, Int32(dimensions), count, planes.pointer)
  }

  func apply(
    _ range: Range<Int>, points: SharedBuffer<Float>, forces: SharedBuffer<Float>,
    sums: SharedBuffer<Float>
  ) {
    kernels.table.repel_exactly(
      points.pointer, Int32(dimensions), range.lowerBound, range.upperBound, planes.pointer, count,
      forces.pointer, sums.pointer)
  }
}

/// Barnes–Hut.
final class TreeRepulsion: Repulsion, @unchecked Sendable {
  private let kernels = TSNEKernels.best
  private let dimensions: Int
  private let count: Int
  private let thetaSquared: Float
  private let keys: SharedBuffer<UInt64>
  private let rows: SharedBuffer<Int32>
  private let order: SharedBuffer<Int32>
  private let planes: SharedBuffer<Float>
  private let nodes: SharedBuffer<ck_tree_node>
  // Written by `prepare` only, which never runs concurrently.
  private var nodeCount = 0

  init(count: Int, dimensions: Int, theta: Double) {
    self.count = count
    self.dimensions = dimensions
    thetaSquared = Float(theta * theta)
    keys = SharedBuffer(2 * count, filledWith: 0)
    rows = SharedBuffer(count, filledWith: 0)
    order = SharedBuffer(count, filledWith: 0)
    planes = SharedBuffer(count * dimensions, filledWith: 0)
    nodes = SharedBuffer(2 * count, filledWith: ck_tree_node())
  }

  func prepare(_ points: SharedBuffer<Float>, threads: Int) {
    nodeCount = ck_tree_build(
      points.pointer, Int32(dimensions), count, keys.pointer, rows.pointer, order.pointer,
      planes.pointer, nodes.pointer)
  }

  func apply(
    _ range: Range<Int>, points: SharedBuffer<Float>, forces: SharedBuffer<Float>,
    sums: SharedBuffer<Float>
  ) {
    kernels.table.repel_by_tree(
      nodes.pointer, nodeCount, planes.pointer, count, order.pointer, Int32(dimensions),
      thetaSquared, range.lowerBound, range.upperBound, forces.pointer, sums.pointer)
  }
}

/// The kernels of an instruction set.
struct TSNEKernels: @unchecked Sendable {
  // Functions, which never change.
  let table: ck_tsne_kernels

  static let best = TSNEKernels(table: ck_tsne_kernels_best().pointee)
}
