import CKernels
import Foundation
import LikenessCore
import VectorSearch

/// A grid with the transform of k for its size and spacing.
final class Mesh: Sendable {
  /// Nodes, stride included.
  let size: Int
  /// `(parts, rows, stride)`
  let charges: SharedBuffer<Float>
  /// `(rows, stride)`
  let potential: SharedBuffer<Float>
  /// The value of k at the far end of the grid, which is subtracted from it: where all points are close together, k differs
  /// from 1 in its last digits only.
  let offset: Double

  private let columns: Int
  private let rows: Int
  private let stride: Int
  private let spacing: Double
  private let parts: Int
  private let across: FourierPlan
  private let along: FourierPlan
  private let kernels: TSNEKernels
  private let transformed: SharedBuffer<Float>
  private let real: SharedBuffer<Float>
  private let imaginary: SharedBuffer<Float>

  /// The number of nodes along an extent, margins of the splines included.
  static func nodes(across extent: Double, spacing: Double) -> Int {
    Int((extent / spacing).rounded(.up)) + Int(CK_SPLINE) + 2
  }

  init(
    minimumColumns: Int, minimumRows: Int, spacing: Double, parts: Int, kernels: TSNEKernels,
    threads: Int
  ) {
    // A little larger, so that it fits for some more steps.
    across = FourierPlan(
      length: FourierPlan.length(atLeast: 2 * minimumColumns + minimumColumns / 16))
    along =
      minimumRows == minimumColumns
      ? across
      : FourierPlan(length: FourierPlan.length(atLeast: 2 * minimumRows + minimumRows / 16))
    columns = across.length / 2
    rows = along.length / 2
    stride = Self.padded(columns)
    size = rows * stride
    self.spacing = spacing
    self.parts = parts
    self.kernels = kernels
    charges = SharedBuffer(parts * size, filledWith: 0)
    potential = SharedBuffer(size, filledWith: 0)
    real = SharedBuffer((along.length / 2 + 1) * stride, filledWith: 0)
    imaginary = SharedBuffer((along.length / 2 + 1) * stride, filledWith: 0)
    let far = Self.squared(Double(columns) * spacing) + Self.squared(Double(rows) * spacing)
    offset = 1 / (1 + far)
    transformed = Self.kernel(
      across: across, along: along, spacing: spacing, far: far, kernels: kernels, threads: threads)
  }

  /// Whether a picture of so many nodes fits and fills more than four fifths of each side.
  func fits(columns width: Int, rows height: Int, spacing: Double) -> Bool {
    spacing == self.spacing && width <= columns && height <= rows
      && width * 5 > columns * 4 && height * 5 > rows * 4
  }

  func grid(around box: BoundingBox) -> PlacedGrid {
    var grid = ck_grid()
    grid.columns = columns
    grid.rows = rows
    grid.stride = stride
    grid.spacing = Float(spacing)
    grid.left = Float(
      (Double(box.low.x) + Double(box.high.x) - Double(columns - 1) * spacing) / 2)
    grid.bottom = Float(
      (Double(box.low.y) + Double(box.high.y) - Double(rows - 1) * spacing) / 2)
    grid.across = across.plan
    grid.along = along.plan
    return PlacedGrid(nodes: grid)
  }

  /// The potential of the charges.
  func fold(_ grid: PlacedGrid, threads: Int) {
    let columnBlocks = stride / Int(2 * CK_LANES)
    let rowBlocks = (along.length / 2 + Int(CK_LANES)) / Int(CK_LANES)
    inParallel(columnBlocks, threads: threads) { block in
      Self.withScratch(along, grid) { scratch, grid in
        kernels.table.transform_columns(
          grid, block, charges.pointer, parts, real.pointer, imaginary.pointer, scratch)
      }
    }
    inParallel(rowBlocks, threads: threads) { block in
      Self.withScratch(across, grid) { scratch, grid in
        kernels.table.fold_rows(
          grid, block, transformed.pointer, real.pointer, imaginary.pointer, scratch)
      }
    }
    inParallel(columnBlocks, threads: threads) { block in
      Self.withScratch(along, grid) { scratch, grid in
        kernels.table.restore_columns(
          grid, block, real.pointer, imaginary.pointer, potential.pointer, scratch)
      }
    }
  }

  /// k on the grid, transformed, divided by the transform of the splines: once for spreading, once for
  /// reading.
  private static func kernel(
    across: FourierPlan, along: FourierPlan, spacing: Double, far: Double, kernels: TSNEKernels,
    threads: Int
  ) -> SharedBuffer<Float> {
    let (width, height) = (across.length, along.length)
    let stride = padded(width)
    var grid = ck_grid()
    grid.columns = width
    grid.rows = height
    grid.stride = stride
    grid.spacing = Float(spacing)
    grid.across = across.plan
    grid.along = along.plan
    let whole = PlacedGrid(nodes: grid)
    let sampled = SharedBuffer(height * stride, filledWith: Float(0))
    for row in 0..<height {
      let y = squared(Double(min(row, height - row)) * spacing)
      for column in 0..<width {
        let apart = squared(Double(min(column, width - column)) * spacing) + y
        sampled[row * stride + column] = Float((far - apart) / ((1 + apart) * (1 + far)))
      }
    }
    let real = SharedBuffer((height / 2 + 1) * stride, filledWith: Float(0))
    let imaginary = SharedBuffer((height / 2 + 1) * stride, filledWith: Float(0))
    inParallel(stride / Int(2 * CK_LANES), threads: threads) { block in
      withScratch(along, whole) { scratch, grid in
        kernels.table.transform_columns(
          grid, block, sampled.pointer, 1, real.pointer, imaginary.pointer, scratch)
      }
    }
    let blocks = (height / 2 + Int(CK_LANES)) / Int(CK_LANES)
    let kernel = SharedBuffer(blocks * width * Int(CK_LANES), filledWith: Float(0))
    let (horizontal, vertical) = (splineFactors(width), splineFactors(height))
    inParallel(blocks, threads: threads) { block in
      withScratch(across, whole) { scratch, grid in
        kernels.table.kernel_rows(
          grid, block, real.pointer, imaginary.pointer, horizontal, vertical, kernel.pointer,
          scratch)
      }
    }
    return kernel
  }

  /// 1 / (length · b²), b being the transform of a B-spline at the nodes.
  private static func splineFactors(_ length: Int) -> [Float] {
    var weights = [Float](repeating: 0, count: Int(CK_SPLINE))
    var derivatives = weights
    ck_spline_weights(0, &weights, &derivatives)
    let middle = Int(CK_SPLINE) / 2 - 1
    return (0..<length).map { k in
      let angle = 2 * Double.pi * Double(k) / Double(length)
      let b = weights.indices.reduce(0.0) {
        $0 + Double(weights[$1]) * cos(angle * Double($1 - middle))
      }
      return Float(1 / (Double(length) * b * b))
    }
  }

  private static func padded(_ columns: Int) -> Int {
    let lanes = Int(2 * CK_LANES)
    return (columns + lanes - 1) / lanes * lanes
  }

  private static func squared(_ x: Double) -> Double { x * x }

  private static func withScratch(
    _ plan: FourierPlan, _ grid: PlacedGrid,
    _ body: (UnsafeMutablePointer<Float>, UnsafePointer<ck_grid>) -> Void
  ) {
    withUnsafeTemporaryAllocation(
      byteCount: plan.length * 4 * Int(CK_LANES) * MemoryLayout<Float>.stride, alignment: 64
    ) { scratch in
      withUnsafePointer(to: grid.nodes) {
        body(scratch.bindMemory(to: Float.self).baseAddress!, $0)
      }
    }
  }
}

/// Where the nodes of a mesh lie.
struct PlacedGrid: @unchecked Sendable {
  // Its pointers are to the twiddles of plans that the mesh owns and never changes.
  var nodes = ck_grid()
}
