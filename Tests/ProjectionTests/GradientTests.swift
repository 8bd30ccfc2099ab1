import CKernels
import Foundation
import LikenessCore
import Testing

@testable import Projection

@Suite struct GradientTests {
  private func options(
    _ gradient: TSNEOptions.Gradient, dimensions: Int = 2, theta: Double = 0.5
  ) -> TSNEOptions {
    var options = TSNEOptions()
    options.gradient = gradient
    options.dimensions = dimensions
    options.theta = theta
    return options
  }

  @Test(arguments: [2, 3]) func theExactOneIsTheSlopeOfTheDivergence(dimensions: Int) throws {
    let p = try affinities(of: blobs(2, of: 10), perplexity: 4)
    let start = scattered(20 * dimensions, scale: 1)
    let options = options(.exact, dimensions: dimensions)
    let gradient = Descent(p, start: start, options).divergenceGradient()
    let reach: Float = 1e-2
    for index in start.indices {
      var (left, right) = (start, start)
      left[index] -= reach
      right[index] += reach
      let difference =
        (Descent(p, start: right, options).divergence()
          - Descent(p, start: left, options).divergence()) / Double(right[index] - left[index])
      #expect(abs(difference - Double(gradient[index])) < 1e-4)
    }
  }

  // Up to as sparse as pictures are, about a point on a square of side 1; and then with a finer grid.
  @Test(arguments: [
    (1e-4, 0.5, 1e-3), (0.1, 0.5, 1e-4), (1, 0.5, 1e-4), (5, 0.5, 0.03), (8, 0.25, 5e-3),
  ])
  func interpolationIsNearTheExactOne(scale: Double, spacing: Double, tolerance: Double) throws {
    let vectors = blobs(4, of: 60)
    let p = try affinities(of: vectors, perplexity: 10)
    let start = scattered(2 * vectors.count, scale: scale)
    let exact = Descent(p, start: start, options(.exact))
    var fine = options(.interpolation)
    fine.spacing = spacing
    let grid = Descent(p, start: start, fine)
    #expect(relativeError(grid.repulsion(), exact.repulsion()) < tolerance)
    #expect(abs(grid.divergence() - exact.divergence()) < 1e-3)
  }

  @Test(arguments: [2, 3], [1e-4, 1, 30])
  func barnesHutIsNearTheExactOne(dimensions: Int, scale: Double) throws {
    let vectors = blobs(4, of: 60)
    let p = try affinities(of: vectors, perplexity: 10)
    let start = scattered(dimensions * vectors.count, scale: scale)
    let exact = Descent(p, start: start, options(.exact, dimensions: dimensions))
    let tree = Descent(p, start: start, options(.barnesHut, dimensions: dimensions))
    #expect(relativeError(tree.repulsion(), exact.repulsion()) < 0.03)
    #expect(abs(tree.divergence() - exact.divergence()) < 1e-2)
    let strict = Descent(p, start: start, options(.barnesHut, dimensions: dimensions, theta: 0))
    #expect(relativeError(strict.repulsion(), exact.repulsion()) < 1e-4)
  }

  @Test func manyPointsInOnePlaceAreOneHeavyPoint() throws {
    let vectors = blobs(2, of: 30)
    let p = try affinities(of: vectors, perplexity: 5)
    let start = [Float](repeating: 1, count: 80) + scattered(40, scale: 3)
    let exact = Descent(p, start: start, options(.exact)).repulsion()
    for gradient in [TSNEOptions.Gradient.barnesHut, .interpolation] {
      #expect(relativeError(Descent(p, start: start, options(gradient)).repulsion(), exact) < 0.03)
    }
  }

  @Test func everyInstructionSetSaysTheSame() throws {
    let count = 101
    for dimensions in [2, 3] {
      let points = SharedBuffer(scattered(count * dimensions, scale: 2), filledWith: 0)
      let planes = SharedBuffer(count * dimensions, filledWith: Float(0))
      ck_planes(points.pointer, Int32(dimensions), count, planes.pointer)
      var found: [[Float]] = []
      var index = 0
      while let kernels = ck_tsne_kernels_at(index) {
        let forces = SharedBuffer(count * dimensions, filledWith: Float(0))
        let sums = SharedBuffer(count, filledWith: Float(0))
        kernels.pointee.repel_exactly(
          points.pointer, Int32(dimensions), 0, count, planes.pointer, count, forces.pointer,
          sums.pointer)
        found.append(forces.array + sums.array)
        index += 1
      }
      for other in found { #expect(relativeError(other, found[0]) < 1e-5) }
    }
  }

  @Test(arguments: [8, 12, 20, 36, 60, 100, 120])
  func splinesAreFoldedAsASumOverPairs(length: Int) throws {
    // One charge on a node: the potential at the nodes is k itself.
    let mesh = Mesh(
      minimumColumns: length, minimumRows: length, spacing: 0.5, parts: 1, kernels: .best,
      threads: 2)
    let points = SharedBuffer<Float>([0, 0], filledWith: 0)
    let box = BoundingBox(points, count: 1)
    let placed = mesh.grid(around: box)
    var grid = placed.nodes
    let (x, y) = (grid.columns / 2, grid.rows / 2)
    points[0] = grid.left + Float(x) * grid.spacing
    points[1] = grid.bottom + Float(y) * grid.spacing
    TSNEKernels.best.table.spread(&grid, points.pointer, 0, 1, mesh.charges.pointer)
    mesh.fold(placed, threads: 2)
    for apart in 0..<3 {
      let place = SharedBuffer<Float>(
        [points[0] + Float(apart) * grid.spacing, points[1]], filledWith: 0)
      let (force, value) = (
        SharedBuffer(2, filledWith: Float(0)), SharedBuffer(1, filledWith: Float(0))
      )
      TSNEKernels.best.table.gather(
        &grid, mesh.potential.pointer, place.pointer, 0, 1, force.pointer, value.pointer)
      let distance = Float(apart) * 0.5
      #expect(abs(value[0] + Float(mesh.offset) - 1 / (1 + distance * distance)) < 2e-3)
    }
  }
}
