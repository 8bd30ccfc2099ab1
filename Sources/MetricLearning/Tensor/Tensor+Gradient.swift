import CTorchInterface

extension Tensor {
  /// Whether `backward()` of what is computed from this reaches it.
  public var requiresGradient: Bool {
    get { Torch.api.pointee.requires_grad(handle) != 0 }
    set { Torch.check(Torch.api.pointee.set_requires_grad(handle, newValue ? 1 : 0)) }
  }

  /// Adds the derivatives of this one number to `gradient` of all that it was computed from.
  public func backward() { Torch.check(Torch.api.pointee.backward(handle)) }

  /// What `backward()` left here; nil before the first one.
  public var gradient: Tensor? { Torch.api.pointee.grad(handle).map { Tensor($0) } }

  public func clearGradient() { Torch.api.pointee.clear_grad(handle) }

  /// The same values and memory, as if they came from nowhere.
  public func detached() -> Tensor { unary(CT_DETACH) }

  /// The same values in memory of their own.
  public func copied() -> Tensor { unary(CT_CLONE) }
}
