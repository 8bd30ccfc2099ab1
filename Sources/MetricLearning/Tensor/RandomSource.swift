import CTorchInterface

/// Where chance comes from: the same seed gives the same numbers, and the state can be kept.
public final class RandomSource {
  private let handle: OpaquePointer

  public init(seed: UInt64) {
    guard let handle = Torch.api.pointee.generator(seed) else { fatalError(Torch.lastError) }
    self.handle = handle
  }

  deinit { Torch.api.pointee.generator_free(handle) }

  /// All that decides what comes next, as bytes.
  public var state: [UInt8] { Tensor(Torch.api.pointee.generator_state(handle)).values() }

  /// Goes on where another source was.
  /// - Throws: `StateError` for bytes that are no state.
  public func restore(_ state: [UInt8]) throws(StateError) {
    let bytes = Tensor(state)
    let status = withExtendedLifetime(bytes) {
      Torch.api.pointee.set_generator_state(handle, bytes.handle)
    }
    guard status == 0 else {
      throw .mismatch(
        "random state", found: "of \(state.count) bytes", expected: "\(self.state.count)")
    }
  }

  /// Fills a tensor from a normal distribution.
  public func fillNormal(_ tensor: Tensor, mean: Double = 0, deviation: Double) {
    withoutGradients {
      Torch.check(Torch.api.pointee.normal(tensor.handle, mean, deviation, handle))
    }
  }

  /// Fills a tensor evenly from `low` up to, not with, `high`.
  public func fillUniform(_ tensor: Tensor, _ low: Double, _ high: Double) {
    withoutGradients { Torch.check(Torch.api.pointee.uniform(tensor.handle, low, high, handle)) }
  }

  /// Fills a tensor with 1, with probability `p`, or 0.
  public func fillBernoulli(_ tensor: Tensor, p: Double) {
    Torch.check(Torch.api.pointee.bernoulli(tensor.handle, p, handle))
  }
}
