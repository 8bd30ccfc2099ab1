import CTorchInterface

extension Tensor {
  private func reduce(_ operation: ct_reduction, _ dimensions: [Int], _ keep: Bool) -> Tensor {
    Tensor(
      Torch.api.pointee.reduce(
        operation, handle, sizes(dimensions), dimensions.count, keep ? 1 : 0))
  }

  // Over the given dimensions, all where none is given; `keeping` leaves them with a size of 1.
  public func sum(_ dimensions: Int..., keeping: Bool = false) -> Tensor {
    reduce(CT_SUM, dimensions, keeping)
  }
  public func mean(_ dimensions: Int..., keeping: Bool = false) -> Tensor {
    reduce(CT_MEAN, dimensions, keeping)
  }
  public func max(_ dimensions: Int..., keeping: Bool = false) -> Tensor {
    reduce(CT_AMAX, dimensions, keeping)
  }
  public func min(_ dimensions: Int..., keeping: Bool = false) -> Tensor {
    reduce(CT_AMIN, dimensions, keeping)
  }
  /// `log Σ exp(x)`, without overflow.
  public func logSumExp(_ dimensions: Int..., keeping: Bool = false) -> Tensor {
    reduce(CT_LOGSUMEXP, dimensions, keeping)
  }

  /// Where along a dimension the largest value is.
  public func argmax(_ dimension: Int) -> Tensor {
    Tensor(Torch.api.pointee.argmax(handle, Int64(dimension)))
  }

  public func softmax(_ dimension: Int) -> Tensor {
    Tensor(Torch.api.pointee.softmax(handle, Int64(dimension), 0))
  }

  public func logSoftmax(_ dimension: Int) -> Tensor {
    Tensor(Torch.api.pointee.softmax(handle, Int64(dimension), 1))
  }

  /// The vectors along a dimension divided by their lengths, which are taken for at least `floor`.
  public func l2Normalized(_ dimension: Int = 1, floor: Double = 1e-12) -> Tensor {
    let squares = squared().sum(dimension, keeping: true)
    return self / squares.clamped(to: floor * floor...Double.infinity).squareRoot()
  }
}
