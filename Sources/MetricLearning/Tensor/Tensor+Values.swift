import CTorchInterface

extension Tensor {
  /// Copies values once, row by row.
  /// - Precondition: `shape` has as many places as there are values.
  public convenience init<Element: TensorElement>(_ values: [Element], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values for the shape \(shape)")
    self.init(shape: shape) { (places: UnsafeMutableBufferPointer<Element>) in
      // libtorch has no memory for nothing.
      if !values.isEmpty { _ = places.update(fromContentsOf: values) }
    }
  }

  /// A vector `(n,)`.
  public convenience init<Element: TensorElement>(_ values: [Element]) {
    self.init(values, shape: [values.count])
  }

  /// A tensor whose memory is written where it lies.
  /// - Parameter fill: has to write all of the elements.
  public convenience init<Element: TensorElement, Failure: Error>(
    shape: [Int], fill: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    self.init(Torch.api.pointee.empty(Element.tensorType.code, sizes(shape), shape.count))
    try fill(
      UnsafeMutableBufferPointer(
        start: Torch.api.pointee.data(handle)?.assumingMemoryBound(to: Element.self),
        count: shape.reduce(1, *)))
  }

  /// A tensor of one value.
  public static func full(_ value: Double, shape: [Int], type: TensorType = .float32) -> Tensor {
    Tensor(Torch.api.pointee.full(type.code, sizes(shape), shape.count, value))
  }

  public static func zeros(_ shape: [Int], type: TensorType = .float32) -> Tensor {
    full(0, shape: shape, type: type)
  }

  public static func ones(_ shape: [Int], type: TensorType = .float32) -> Tensor {
    full(1, shape: shape, type: type)
  }

  /// 0 and the numbers up to `end − 1`, `(end,)`.
  public static func arange(_ end: Int) -> Tensor { Tensor(Torch.api.pointee.arange(Int64(end))) }

  /// Zeros of the same shape and type.
  public func zerosLike() -> Tensor { unary(CT_ZEROS_LIKE) }

  /// Lends the values row by row, without a copy where they lie so already.
  /// - Precondition: `Element` is what the tensor holds.
  public func withValues<Element: TensorElement, Result, Failure: Error>(
    as: Element.Type = Element.self,
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(Element.tensorType == type, "a tensor of \(type) read as \(Element.self)")
    let rows = contiguous()
    return try withExtendedLifetime(rows) { () throws(Failure) in
      try body(
        UnsafeBufferPointer(
          start: Torch.api.pointee.data(rows.handle)?.assumingMemoryBound(to: Element.self),
          count: count))
    }
  }

  /// The values row by row, copied.
  public func values<Element: TensorElement>(as: Element.Type = Element.self) -> [Element] {
    withValues { Array($0) }
  }

  /// Lends the values' bytes row by row, without a copy where they lie so already.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    let rows = contiguous()
    withExtendedLifetime(rows) {
      body(
        UnsafeRawBufferPointer(
          start: Torch.api.pointee.data(rows.handle), count: count * type.byteCount))
    }
  }

  /// Lends the bytes of a tensor that was just made, to be written.
  func withMutableBytes(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
    body(
      UnsafeMutableRawBufferPointer(
        start: Torch.api.pointee.data(handle), count: count * type.byteCount))
  }

  /// The value of a tensor of one element.
  public var item: Double {
    var value = 0.0
    Torch.check(Torch.api.pointee.item(handle, &value))
    return value
  }

  /// The same values as another type; itself where it is of that type.
  public func to(_ type: TensorType) -> Tensor { Tensor(Torch.api.pointee.to(handle, type.code)) }
}
