import LikenessCore

/// Directions that tell classes apart: their means after whitening by the covariance within classes (Fisher
/// 1936, Rao 1948), which is shrunk towards a multiple of the identity as far as there are too few samples to
/// know better (Ledoit and Wolf 2004).
struct LinearDiscriminant: Sendable {
  /// `(k, d)` row by row: whitens, and turns to the span of the class means.
  private let axes: [Double]
  /// The mean of the class means, `(d,)`.
  private let center: [Double]

  /// The number of directions, at most one less than classes.
  var dimensions: Int { axes.count / max(1, center.count) }

  /// - Parameter classes: the samples of each class; none of them empty, all of one dimension.
  init(_ classes: [[Embedding]]) {
    let d = classes[0][0].count
    let means = classes.map { samples in
      var mean = [Double](repeating: 0, count: d)
      for sample in samples {
        for index in 0..<d { mean[index] += Double(sample.values[index]) / Double(samples.count) }
      }
      return mean
    }
    center = (0..<d).map { index in
      means.reduce(0) { $0 + $1[index] } / Double(classes.count)
    }
    let residuals = zip(classes, means).flatMap { samples, mean in
      samples.map { sample in zip(sample.values, mean).map { Double($0) - $1 } }
    }
    let factor = Self.cholesky(Self.shrunkCovariance(residuals, d), d)
    // Whitened means, made orthonormal: only the space that they span matters.
    var basis: [[Double]] = []
    for mean in means {
      var vector = zip(mean, center).map { $0 - $1 }
      Self.solveLower(factor, &vector, d)
      let length = Self.dot(vector, vector).squareRoot()
      // Twice, since what is left of a nearly dependent one is mostly rounding after the first time.
      for _ in 0..<2 {
        for axis in basis {
          let along = Self.dot(vector, axis)
          for index in 0..<d { vector[index] -= along * axis[index] }
        }
      }
      let rest = Self.dot(vector, vector).squareRoot()
      guard length > 0, rest > 1e-6 * length else { continue }
      basis.append(vector.map { $0 / rest })
    }
    // qᵀ L⁻¹ x = (L⁻ᵀ q)ᵀ x
    axes = basis.flatMap { axis in
      var axis = axis
      Self.solveUpper(factor, &axis, d)
      return axis
    }
  }

  /// - Parameter vector: `(d,)`.
  /// - Returns: `(k,)`
  func projected(_ vector: Embedding) -> Embedding {
    let d = center.count
    return Embedding(
      (0..<dimensions).map { row in
        var sum = 0.0
        for index in 0..<d {
          sum += axes[row * d + index] * (Double(vector.values[index]) - center[index])
        }
        return Float(sum)
      })
  }

  /// `(1 − ρ) S + ρ tr(S)/d · I`, with Ledoit and Wolf's ρ; `(d, d)`. The identity where nothing varies.
  private static func shrunkCovariance(_ residuals: [[Double]], _ d: Int) -> [Double] {
    let n = Double(residuals.count)
    var covariance = [Double](repeating: 0, count: d * d)
    var fourth = 0.0
    covariance.withUnsafeMutableBufferPointer { covariance in
      for residual in residuals {
        residual.withUnsafeBufferPointer { residual in
          for row in 0..<d {
            let value = residual[row] / n
            for column in 0...row { covariance[row * d + column] += value * residual[column] }
          }
        }
        let square = dot(residual, residual)
        fourth += square * square
      }
      for row in 0..<d {
        for column in 0..<row { covariance[column * d + row] = covariance[row * d + column] }
      }
    }
    let size = Double(d)
    let mean = (0..<d).reduce(0) { $0 + covariance[$1 * d + $1] } / size
    guard mean > 0 else {
      return (0..<d * d).map { $0 % (d + 1) == 0 ? 1 : 0 }
    }
    let squares = dot(covariance, covariance)
    let spread = squares / size - mean * mean
    let error = min(spread, (fourth / n - squares) / n / size)
    // Few samples leave directions without any variance; a thousandth keeps them finite.
    let shrinkage = max(1e-3, spread > 0 ? error / spread : 1)
    for index in covariance.indices { covariance[index] *= 1 - shrinkage }
    for row in 0..<d { covariance[row * d + row] += shrinkage * mean }
    return covariance
  }

  /// The lower factor L of `matrix = L Lᵀ`, `(d, d)`, for a positive definite matrix.
  private static func cholesky(_ matrix: [Double], _ d: Int) -> [Double] {
    var factor = matrix
    factor.withUnsafeMutableBufferPointer { factor in
      for row in 0..<d {
        for column in 0...row {
          var sum = factor[row * d + column]
          for index in 0..<column { sum -= factor[row * d + index] * factor[column * d + index] }
          factor[row * d + column] =
            row == column ? sum.squareRoot() : sum / factor[column * d + column]
        }
      }
    }
    return factor
  }

  /// `x ← L⁻¹ x`
  private static func solveLower(_ factor: [Double], _ x: inout [Double], _ d: Int) {
    for row in 0..<d {
      for column in 0..<row { x[row] -= factor[row * d + column] * x[column] }
      x[row] /= factor[row * d + row]
    }
  }

  /// `x ← L⁻ᵀ x`
  private static func solveUpper(_ factor: [Double], _ x: inout [Double], _ d: Int) {
    for row in (0..<d).reversed() {
      for below in (row + 1)..<max(row + 1, d) { x[row] -= factor[below * d + row] * x[below] }
      x[row] /= factor[row * d + row]
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
