import CKernels
import Foundation
import LikenessCore
import VectorSearch

/// Interpolation: k is summed up on a grid by Fourier transforms.
///
/// As FIt-SNE (Linderman et al. 2019), but with one potential instead of four: the forces are the gradient of
/// the sum of k, `Σ k² (y_i − y_j) = −½ ∇ Σ k`. For that the interpolation is a smooth one, by B-splines, as
/// in particle mesh Ewald sums (Essmann et al. 1995).
final class GridRepulsion: Repulsion, @unchecked Sendable {
  /// Charges are spread in this many parts, which are added in order, so that sums do not depend on the number of threads.
  private static let parts = 4
  /// Fewer nodes than these do not resolve a small picture.
  private static let minimumNodes = 48.0
  /// More on a side would take gigabytes; a picture so large is one that diverges.
  private static let maximumNodes = 2048.0

  private let kernels = TSNEKernels.best
  private let count: Int
  private let spacing: Double
  // Written by `prepare` only, which never runs concurrently.
  private var mesh: Mesh?
  private var grid = PlacedGrid()

  init(count: Int, spacing: Double) {
    self.count = count
    self.spacing = max(spacing, 0.01)
  }

  func prepare(_ points: SharedBuffer<Float>, threads: Int) {
    let box = BoundingBox(points, count: count)
    // Spacings in steps of √2, so that a kernel can be used for several steps.
    let extent = max(box.width, box.height, 1e-30)
    func halvings(_ nodes: Double) -> Double { 2 * log2(spacing * nodes / extent) }
    let steps = min(
      max(0, halvings(Self.minimumNodes).rounded(.up)), halvings(Self.maximumNodes).rounded(.down))
    let step = spacing / pow(2, steps / 2)
    let columns = Mesh.nodes(across: box.width, spacing: step)
    let rows = Mesh.nodes(across: box.height, spacing: step)
    if mesh?.fits(columns: columns, rows: rows, spacing: step) != true {
      mesh = Mesh(
        minimumColumns: columns, minimumRows: rows, spacing: step, parts: Self.parts,
        kernels: kernels,
        threads: threads)
    }
    guard let mesh else { return }
    grid = mesh.grid(around: box)
    let (grid, kernels, count) = (grid, kernels, count)
    let parts = Pieces(rows: count, minimumSize: 16, maximumCount: Self.parts)
    inParallel(Self.parts, threads: threads) { part in
      let charges = mesh.charges.pointer + part * mesh.size
      charges.update(repeating: 0, count: mesh.size)
      guard part < parts.count else { return }
      let range = parts[part]
      withUnsafePointer(to: grid.nodes) {
        kernels.table.spread($0, points.pointer, range.lowerBound, range.upperBound, charges)
      }
    }
    mesh.fold(grid, threads: threads)
  }

  func apply(
    _ range: Range<Int>, points: SharedBuffer<Float>, forces: SharedBuffer<Float>,
    sums: SharedBuffer<Float>
  ) {
    guard let mesh else { return }
    withUnsafePointer(to: grid.nodes) {
      kernels.table.gather(
        $0, mesh.potential.pointer, points.pointer, range.lowerBound, range.upperBound,
        forces.pointer, sums.pointer)
    }
  }

  func total(_ sums: SharedBuffer<Float>) -> Double {
    let n = Double(count)
    return sums.sum + n * n * (mesh?.offset ?? 0) - n
  }
}

/// The smallest upright box around points of the plane.
struct BoundingBox {
  var low: SIMD2<Float>
  var high: SIMD2<Float>

  var width: Double { Double(high.x) - Double(low.x) }
  var height: Double { Double(high.y) - Double(low.y) }

  init(_ points: SharedBuffer<Float>, count: Int) {
    low = SIMD2(points[0], points[1])
    high = low
    for i in 1..<max(1, count) {
      let point = SIMD2(points[2 * i], points[2 * i + 1])
      low.replace(with: point, where: point .< low)
      high.replace(with: point, where: point .> high)
    }
  }
}
