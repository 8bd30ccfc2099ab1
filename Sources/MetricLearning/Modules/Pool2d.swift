/// The largest or the mean of each window: `(n, channels, rows, columns)` to fewer rows and columns.
public final class Pool2d: Layer {
  public enum Kind: Sendable { case max, average }

  public let kind: Kind
  public let size: [Int]
  public let stride: [Int]
  public let padding: [Int]

  public init(_ kind: Kind, size: [Int], stride: [Int], padding: [Int] = [0, 0]) {
    (self.kind, self.size, self.stride, self.padding) = (kind, size, stride, padding)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch kind {
    case .max: input.maxPool(size, stride: stride, padding: padding)
    case .average: input.averagePool(size, stride: stride, padding: padding)
    }
  }
}

/// The mean of each channel: `(n, channels, rows, columns)` to `(n, channels)`.
public final class GlobalAveragePool: Layer {
  public init() {}

  public func callAsFunction(_ input: Tensor) -> Tensor { input.mean(2, 3) }
}
