import CTorchInterface

extension Tensor {
  /// `x · weightᵀ + bias`: `(n, in)` to `(n, out)`.
  public func linear(_ weight: Tensor, bias: Tensor?) -> Tensor {
    Tensor(Torch.api.pointee.linear(handle, weight.handle, bias?.handle))
  }

  /// `(n, in, rows, columns)` slid over by weights `(out, in / groups, rows, columns)`.
  public func convolution(
    _ weight: Tensor, bias: Tensor?, stride: [Int], padding: [Int], groups: Int
  ) -> Tensor {
    Tensor(
      Torch.api.pointee.conv2d(
        handle, weight.handle, bias?.handle, sizes(stride), sizes(padding), Int64(groups)))
  }

  public func maxPool(_ size: [Int], stride: [Int], padding: [Int]) -> Tensor {
    Tensor(
      Torch.api.pointee.max_pool2d(handle, sizes(size), sizes(stride), sizes(padding)))
  }

  public func averagePool(_ size: [Int], stride: [Int], padding: [Int]) -> Tensor {
    Tensor(
      Torch.api.pointee.average_pool2d(handle, sizes(size), sizes(stride), sizes(padding)))
  }
}
