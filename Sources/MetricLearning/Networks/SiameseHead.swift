/// Two embeddings to the probability that they are one: `sigmoid(w · |a − b| + b₀)` (Koch et al. 2015).
public final class SiameseHead: Module {
  public let dense: Linear

  public init(_ dimensions: Int, random: RandomSource) {
    dense = Linear(dimensions, 1, random: random)
  }

  public var parts: [(name: String, module: any Module)] { [("dense", dense)] }

  /// Before the sigmoid: `(n, d)` twice to `(n,)`.
  public func logits(_ a: Tensor, _ b: Tensor) -> Tensor {
    dense((a - b).abs()).reshaped([-1])
  }

  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor { logits(a, b).sigmoid() }
}
