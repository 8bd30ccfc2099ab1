import Foundation

/// A softmax over classes whose angle to the right one counts as `margin` wider (Deng et al. 2019,
/// equation 3): the logits are `scale · cos θⱼ`, for the right class `scale · cos(θ + margin)`.
///
/// Where θ + margin would pass π, the cosine would rise again: there the logit is
/// `scale · (cos θ − margin · sin margin)`, as the authors' code has it. The classes' directions are
/// learnt, so an optimizer has to be given `parameters`.
public final class ArcFaceLoss: Module {
  /// A direction a class, `(classes, d)`.
  public let weight: Tensor
  /// In radians.
  public let margin: Double
  public let scale: Double

  public init(
    classes: Int, dimensions: Int, margin: Double = 0.5, scale: Double = 64, random: RandomSource
  ) {
    weight = .zeros([classes, dimensions])
    (self.margin, self.scale) = (margin, scale)
    random.fillNormal(weight, deviation: 0.01)
    weight.requiresGradient = true
  }

  public var directParameters: [(name: String, tensor: Tensor)] { [("weight", weight)] }

  /// - Parameters:
  ///   - embeddings: `(n, d)`, of any length.
  ///   - labels: the class of each row, from 0.
  /// - Returns: the mean cross-entropy.
  public func callAsFunction(_ embeddings: Tensor, labels: [Int]) -> Tensor {
    loss(embeddings, weight, labels)
  }

  func loss(_ embeddings: Tensor, _ weight: Tensor, _ labels: [Int]) -> Tensor {
    let cosines = embeddings.l2Normalized().matmul(weight.l2Normalized().transposed())
    let own = Tensor(labels.map(Int64.init), shape: [labels.count, 1])
    let right = cosines.gathering(1, own)
    // The root of 0 has no derivative.
    let sine = (1 - right.squared()).clamped(to: 1e-12...1).squareRoot()
    let wider = right * cos(margin) - sine * sin(margin)
    let logit = Tensor.choose(
      right .> cos(.pi - margin), wider, right - margin * sin(margin))
    let isOwn = Tensor.arange(weight.shape[0]).reshaped([1, -1]) .== own
    let logits = Tensor.choose(isOwn, logit, cosines) * scale
    return -logits.logSoftmax(1).gathering(1, own).mean()
  }
}

extension ArcFaceLoss: MetricLoss {
  public static let definition = LossDefinition(
    name: "arcface", summary: "a learnt direction for each class, with a margin of angles",
    needsTwoClasses: false)

  public convenience init(_ settings: LossSettings) {
    self.init(
      classes: settings.classCount, dimensions: settings.dimensions, margin: 0.3, scale: 16,
      random: settings.random)
  }

  public var module: (any Module)? { self }

  public func value(of batch: LossBatch, using random: inout some RandomNumberGenerator)
    -> LossValue
  {
    LossValue(self(batch.embeddings, labels: batch.labels))
  }
}
