import CTorchInterface

/// Batch normalisation (Ioffe and Szegedy 2015): each channel less its mean, over its deviation, then
/// scaled and shifted as learnt.
///
/// In training, mean and variance are the batch's, and running estimates are updated; in inference, or frozen, it uses the
/// running estimates.
public final class BatchNorm2d: Layer {
  /// `(channels,)` each.
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor
  /// The weight of a new batch in the running estimates.
  public var momentum: Double
  public let epsilon: Double
  public var isTraining = true

  public static let standardEpsilon = 1e-5

  public init(
    _ channels: Int, momentum: Double = 0.1, epsilon: Double = BatchNorm2d.standardEpsilon
  ) {
    weight = .ones([channels])
    bias = .zeros([channels])
    runningMean = .zeros([channels])
    runningVariance = .ones([channels])
    (self.momentum, self.epsilon) = (momentum, epsilon)
    weight.requiresGradient = true
    bias.requiresGradient = true
  }

  public var directParameters: [(name: String, tensor: Tensor)] {
    [("weight", weight), ("bias", bias)]
  }

  public var directBuffers: [(name: String, tensor: Tensor)] {
    [("running_mean", runningMean), ("running_var", runningVariance)]
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let usesBatch = isTraining && weight.requiresGradient
    return Tensor(
      Torch.api.pointee.batch_norm(
        input.handle, weight.handle, bias.handle, runningMean.handle, runningVariance.handle,
        usesBatch ? 1 : 0, momentum, epsilon))
  }
}
