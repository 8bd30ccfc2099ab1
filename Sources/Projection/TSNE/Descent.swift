import CKernels
import Foundation
import LikenessCore
import VectorSearch

/// Gradient descent on the Kullback–Leibler divergence of P from the picture.
final class Descent {
  let gradient: TSNEOptions.Gradient

  private let affinities: Affinities
  private let options: TSNEOptions
  private let count: Int
  private let dimensions: Int
  private let kernels = TSNEKernels.best
  private let method: any Repulsion
  private let pieces: Pieces
  private let points: SharedBuffer<Float>
  private let updates: SharedBuffer<Float>
  private let gains: SharedBuffer<Float>
  private let attraction: SharedBuffer<Float>
  private let repelled: SharedBuffer<Float>
  private let sums: SharedBuffer<Float>
  private lazy var negativeEntropy = affinities.negativeEntropy

  /// The maximum number of points for which all pairs take less time than a tree or a grid.
  private static let maximumExactCount = 1000

  /// - Parameter start: `(n, d)`
  init(_ affinities: Affinities, start: [Float], _ options: TSNEOptions) {
    self.affinities = affinities
    self.options = options
    (count, dimensions) = (affinities.count, options.dimensions)
    gradient =
      switch options.gradient {
      case .automatic where count <= Self.maximumExactCount: .exact
      case .automatic: options.dimensions == 2 ? .interpolation : .barnesHut
      case let chosen: chosen
      }
    method =
      switch gradient {
      case .barnesHut:
        TreeRepulsion(count: count, dimensions: dimensions, theta: options.theta)
      case .interpolation: GridRepulsion(count: count, spacing: options.spacing)
      case .exact, .automatic: ExactRepulsion(count: count, dimensions: dimensions)
      }
    pieces = Pieces(rows: count)
    points = SharedBuffer(start, filledWith: 0)
    updates = SharedBuffer(start.count, filledWith: 0)
    gains = SharedBuffer(start.count, filledWith: 1)
    attraction = SharedBuffer(start.count, filledWith: 0)
    repelled = SharedBuffer(start.count, filledWith: 0)
    sums = SharedBuffer(count, filledWith: 0)
  }

  /// Moves all points once.
  ///
  /// The learning rate, unless set, is n divided by the exaggeration, times the factor.
  func step(exaggeration: Double, rateFactor: Double) {
    let total = findForces()
    var rates = ck_tsne_step()
    rates.exaggeration = Float(exaggeration)
    rates.learning_rate = Float(
      options.learningRate ?? rateFactor * Double(count) / max(1, exaggeration))
    rates.momentum = Float(options.momentum)
    rates.per_sum = Float(1 / max(total, .leastNormalMagnitude))
    rates.longest = Float(options.maximumStep)
    let (step, pieces, dimensions) = (rates, pieces, dimensions)
    let (attraction, repelled, points) = (attraction, repelled, points)
    let (updates, gains) = (updates, gains)
    inParallel(pieces.count, threads: options.threads) { piece in
      let range = pieces[piece]
      ck_tsne_move(
        step, Int32(dimensions), range.lowerBound, range.upperBound, attraction.pointer,
        repelled.pointer, points.pointer, updates.pointer, gains.pointer)
    }
    center()
  }

  /// Resets momentum and gains, for another phase.
  func resetMomentum() {
    updates.pointer.update(repeating: 0, count: updates.count)
    gains.pointer.update(repeating: 1, count: gains.count)
  }

  /// KL(P ‖ Q), with the sum over all pairs by the gradient's method.
  func divergence() -> Double {
    let total = findForces()
    let (pieces, affinities, points, dimensions) = (pieces, affinities, points, dimensions)
    let parts = SharedBuffer(pieces.count, filledWith: 0.0)
    inParallel(pieces.count, threads: options.threads) { piece in
      let range = pieces[piece]
      parts[piece] = ck_tsne_log_distances(
        points.pointer, Int32(dimensions), affinities.starts.pointer, affinities.columns.pointer,
        affinities.values.pointer, range.lowerBound, range.upperBound)
    }
    return negativeEntropy + parts.array.reduce(0, +) + log(max(total, .leastNormalMagnitude))
  }

  /// 4 Σ_j (p_ij − q_ij) k (y_i − y_j), `(n, d)`: the gradient of the divergence.
  func divergenceGradient() -> [Float] {
    let total = findForces()
    return attraction.array.indices.map {
      4 * (attraction[$0] - repelled[$0] / Float(total))
    }
  }

  /// Σ_j k² (y_i − y_j), `(n, d)`
  func repulsion() -> [Float] {
    _ = findForces()
    return repelled.array
  }

  func layout() -> Layout { Layout(dimensions: dimensions, coordinates: points.array) }

  /// - Returns: Σ k over all pairs of two different points
  private func findForces() -> Double {
    method.prepare(points, threads: options.threads)
    let (pieces, affinities, points, dimensions) = (pieces, affinities, points, dimensions)
    let (attraction, repelled, sums) = (attraction, repelled, sums)
    let (kernels, method) = (kernels, method)
    inParallel(pieces.count, threads: options.threads) { piece in
      let range = pieces[piece]
      method.apply(range, points: points, forces: repelled, sums: sums)
      kernels.table.attract(
        points.pointer, Int32(dimensions), affinities.starts.pointer, affinities.columns.pointer,
        affinities.values.pointer, range.lowerBound, range.upperBound, attraction.pointer)
    }
    return method.total(sums)
  }

  /// Moves the mean to 0, since smaller floats hold differences more precisely.
  private func center() {
    for axis in 0..<dimensions {
      var sum = 0.0
      for row in 0..<count { sum += Double(points.pointer[row * dimensions + axis]) }
      let mean = Float(sum / Double(count))
      for row in 0..<count { points.pointer[row * dimensions + axis] -= mean }
    }
  }
}
