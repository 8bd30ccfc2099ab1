import CKernels
import Foundation
import LikenessCore

/// A learnt answer to whether two embeddings are of one person: `sigmoid(w · h(f(a, b)) + w₀)`, f symmetric and h
/// hidden layers or none (Koch et al. 2015). Runs without the libraries that it was trained with.
public struct VerificationHead: Sendable {
  /// The head's name among the models.
  public let name: String
  /// What its manifest says of it.
  public let description: HeadDescription
  /// The length of the embeddings, d.
  public let dimensions: Int
  /// Of |aᵢ − bᵢ| and of (aᵢ − bᵢ)², `(d,)` each.
  private var difference: [Float]
  private var square: [Float]
  private var cosine: Float = 0
  private var l2: Float = 0
  private var bias: Float = 0
  /// Where there are hidden layers: all of them, the last with one output.
  private var layers: [DenseLayer] = []

  /// - Parameters:
  ///   - layers: the first takes for each feature its numbers, one feature after the other; the last gives one number.
  ///     Between two layers is a ReLU.
  /// - Returns: nil where layers and features do not fit together.
  public init?(
    name: String, _ description: HeadDescription, dimensions: Int, layers: [DenseLayer]
  ) {
    let features = description.features
    guard dimensions > 0, !features.isEmpty, Set(features).count == features.count,
      layers.allSatisfy(\.isFinite), layers.last?.outputs == 1
    else { return nil }
    var inputs = features.reduce(0) { $0 + $1.count(dimensions) }
    for layer in layers {
      guard layer.inputs == inputs else { return nil }
      inputs = layer.outputs
    }
    (self.name, self.description, self.dimensions) = (name, description, dimensions)
    guard layers.count == 1, let only = layers.first else {
      self.layers = layers
      (difference, square) = ([], [])
      return
    }
    let weights = only.weights
    bias = only.biases[0]
    difference = [Float](repeating: 0, count: dimensions)
    square = difference
    var start = 0
    for feature in features {
      let part = Array(weights[start..<start + feature.count(dimensions)])
      start += part.count
      switch feature {
      case .difference: difference = part
      case .square: square = part
      case .cosine: cosine = part[0]
      case .l2: l2 = part[0]
      }
    }
  }

  /// Before the sigmoid: above 0 where one person is likelier.
  /// - Precondition: both have `dimensions` numbers.
  public func logit(_ a: Embedding, _ b: Embedding) -> Float {
    a.values.withUnsafeBufferPointer { left in
      b.values.withUnsafeBufferPointer { right in logit(left, right) }
    }
  }

  /// - Precondition: both have `dimensions` numbers.
  public func logit(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float {
    precondition(
      a.count == dimensions && b.count == dimensions, "embeddings of other dimensions")
    guard let left = a.baseAddress, let right = b.baseAddress else { return bias }
    // A vector of zeros has no direction and stays as it is.
    func scale(_ vector: UnsafePointer<Float>) -> Float {
      Float(1 / max(1e-12, UnsafeBufferPointer(start: vector, count: dimensions).length))
    }
    guard layers.isEmpty else {
      return logit(
        UnsafeBufferPointer(start: left, count: dimensions), scale(left),
        UnsafeBufferPointer(start: right, count: dimensions), scale(right))
    }
    let sum = ck_weighted_difference(
      left, scale(left), right, scale(right), difference, square, dimensions)
    var logit = sum + bias
    if cosine != 0 { logit += cosine * Metric.cosine.distance(a, b) }
    if l2 != 0 { logit += l2 * Metric.l2.distance(a, b) }
    return logit
  }

  /// Through hidden layers; each vector comes with one over its length.
  private func logit(
    _ a: UnsafeBufferPointer<Float>, _ scaleOfA: Float, _ b: UnsafeBufferPointer<Float>,
    _ scaleOfB: Float
  ) -> Float {
    let differences = (0..<dimensions).map { a[$0] * scaleOfA - b[$0] * scaleOfB }
    var values = description.features.flatMap { feature -> [Float] in
      switch feature {
      case .difference: differences.map(abs)
      case .square: differences.map { $0 * $0 }
      case .cosine: [Metric.cosine.distance(a, b)]
      case .l2: [Metric.l2.distance(a, b)]
      }
    }
    for layer in layers.dropLast() { values = layer(values).map { max(0, $0) } }
    return layers[layers.count - 1](values)[0]
  }

  /// The probability that both are one person, with even prior odds, within `Verification.standardDoubt` of 0 and 1.
  public func probability(_ a: Embedding, _ b: Embedding) -> Float {
    Verification.bounded(1 / (1 + exp(-logit(a, b))))
  }

  /// The logit from which on the answer is yes.
  public var thresholdLogit: Float { log(description.threshold / (1 - description.threshold)) }

  /// The logarithm of the odds against one person: smaller is more alike, as for every metric.
  /// - Precondition: both have `dimensions` numbers.
  public func distance(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float { -logit(a, b) }
}
