/// The mean of each channel: `(n, channels, rows, columns)` to `(n, channels)`.
public final class GlobalAveragePool: Layer {
  public init() {}

  public func callAsFunction(_ input: Tensor) -> Tensor { input.mean(2, 3) }
}
