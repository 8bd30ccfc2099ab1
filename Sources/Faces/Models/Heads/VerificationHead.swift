import CKernels
import Foundation
import Vectors

/// A learnt answer to whether two embeddings are of one person: `sigmoid(w · f(a, b) + w₀)`, f symmetric
/// (Koch et al. 2015). Runs without the libraries that it was trained with.
public struct VerificationHead: Sendable {
  public let name: String
  public let description: HeadDescription
  /// The length of the embeddings, d.
  public let dimensions: Int
  /// Of |aᵢ − bᵢ| and of (aᵢ − bᵢ)², `(d,)` each.
  private var difference: [Float]
  private var square: [Float]
  private var cosine: Float = 0
  private var l2: Float = 0
  private let bias: Float

  /// - Parameters:
  ///   - weights: for each feature its numbers, one feature after the other.
  /// - Returns: nil where weights and features do not fit together.
  public init?(
    name: String, _ description: HeadDescription, dimensions: Int, weights: [Float], bias: Float
  ) {
    let features = description.features
    guard dimensions > 0, !features.isEmpty, Set(features).count == features.count,
      weights.count == features.reduce(0, { $0 + $1.count(dimensions) }),
      bias.isFinite, weights.allSatisfy(\.isFinite)
    else { return nil }
    (self.name, self.description, self.dimensions) = (name, description, dimensions)
    self.bias = bias
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
      1 / max(1e-12, ck_dot_f32(vector, vector, dimensions).squareRoot())
    }
    let sum = ck_weighted_difference(
      left, scale(left), right, scale(right), difference, square, dimensions)
    var logit = sum + bias
    if cosine != 0 { logit += cosine * Metric.cosine.distance(a, b) }
    if l2 != 0 { logit += l2 * Metric.l2.distance(a, b) }
    return logit
  }

  /// The probability that both are one person if it was as likely as not beforehand, no surer than
  /// `Verification.standardDoubt` allows.
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
