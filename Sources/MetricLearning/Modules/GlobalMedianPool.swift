/// The median of each channel's rows, then of what that gives: `(n, channels, rows, columns)` to `(n, channels)`, as
/// `numpy.median(numpy.median(x, axis=2), axis=2)`. Of an even number of values it is the mean of the two in the
/// middle. It passes no gradient.
public final class GlobalMedianPool: Layer {
  public init() {}

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (count, channels, rows, columns) = (
      input.shape[0], input.shape[1], input.shape[2], input.shape[3]
    )
    let medians: [Float] = input.detached().contiguous().withValues {
      (values: UnsafeBufferPointer<Float>) in
      (0..<count * channels).map { plane in
        let start = plane * rows * columns
        return Self.median(
          (0..<columns).map { column in
            Self.median((0..<rows).map { values[start + $0 * columns + column] })
          })
      }
    }
    return Tensor(medians, shape: [count, channels])
  }

  private static func median(_ values: [Float]) -> Float {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
