import CTorchInterface

/// Changes in place, which every variable of this tensor sees.
extension Tensor {
  /// Takes the values of a tensor of the same shape.
  public func copy(from source: Tensor) {
    Torch.check(Torch.api.pointee.copy(handle, source.handle))
  }

  public func fill(_ value: Double) { Torch.check(Torch.api.pointee.fill(handle, value)) }

  public func scale(by factor: Double) { Torch.check(Torch.api.pointee.scale(handle, factor)) }

  /// `self += factor · x`
  public func add(_ x: Tensor, times factor: Double = 1) {
    Torch.check(Torch.api.pointee.add(handle, x.handle, factor))
  }

  public func add(_ value: Double) { Torch.check(Torch.api.pointee.add_scalar(handle, value)) }

  /// `self += factor · x · y`
  public func addProduct(_ x: Tensor, _ y: Tensor, times factor: Double) {
    Torch.check(Torch.api.pointee.add_product(handle, x.handle, y.handle, factor))
  }

  /// `self += factor · x / y`
  public func addQuotient(_ x: Tensor, _ y: Tensor, times factor: Double) {
    Torch.check(Torch.api.pointee.add_quotient(handle, x.handle, y.handle, factor))
  }
}
