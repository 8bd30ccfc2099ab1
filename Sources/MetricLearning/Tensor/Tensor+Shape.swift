import CTorchInterface

extension Tensor {
  /// The same values in another shape; one size may be −1 and follows from the others.
  public func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(Torch.api.pointee.reshape(handle, sizes(shape), shape.count))
  }

  /// Dimensions in another order.
  public func permuted(_ dimensions: [Int]) -> Tensor {
    Tensor(Torch.api.pointee.permute(handle, sizes(dimensions), dimensions.count))
  }

  /// Row by row in memory; itself where it is so already.
  public func contiguous() -> Tensor { unary(CT_CONTIGUOUS) }

  /// A matrix with rows for columns.
  public func transposed() -> Tensor { unary(CT_TRANSPOSE) }

  /// Dimensions of 1 stretched, without a copy.
  public func expanded(_ shape: [Int]) -> Tensor {
    Tensor(Torch.api.pointee.expand(handle, sizes(shape), shape.count))
  }

  /// A range along a dimension.
  public func slice(_ dimension: Int, _ range: Range<Int>) -> Tensor {
    Tensor(
      Torch.api.pointee.narrow(
        handle, Int64(dimension), Int64(range.lowerBound), Int64(range.count)))
  }

  /// The places of `index` `(k,)` along a dimension, in that order.
  public func selecting(_ dimension: Int, _ index: Tensor) -> Tensor {
    Tensor(Torch.api.pointee.index_select(handle, Int64(dimension), index.handle))
  }

  public func selecting(_ dimension: Int, _ index: [Int]) -> Tensor {
    selecting(dimension, Tensor(index.map(Int64.init)))
  }

  /// One place along a dimension for each element of `index`, which has the same rank.
  public func gathering(_ dimension: Int, _ index: Tensor) -> Tensor {
    Tensor(Torch.api.pointee.gather(handle, Int64(dimension), index.handle))
  }

  /// One behind the other along a dimension.
  public static func concatenated(_ tensors: [Tensor], _ dimension: Int) -> Tensor {
    withExtendedLifetime(tensors) {
      let handles = tensors.map(\.handle)
      return Tensor(Torch.api.pointee.cat(handles, handles.count, Int64(dimension)))
    }
  }

  /// With zeros before and after: pairs from the last dimension backwards.
  public func padded(_ ends: [Int]) -> Tensor {
    Tensor(Torch.api.pointee.pad(handle, sizes(ends), ends.count))
  }
}
