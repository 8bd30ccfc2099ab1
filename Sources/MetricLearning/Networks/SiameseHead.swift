import Faces

/// Two embeddings to the probability that they are one: `sigmoid(w · f(a, b) + b₀)`, with f(a, b) = |a − b|
/// as Koch et al. 2015 have it.
public final class SiameseHead: Module {
  public let dense: Linear
  /// What stands for f; nil for |a − b| of the vectors as they are.
  public let features: [PairFeature]?

  public init(_ dimensions: Int, features: [PairFeature]? = nil, random: RandomSource) {
    self.features = features
    let inputs = features?.reduce(0) { $0 + $1.count(dimensions) }
    dense = Linear(inputs ?? dimensions, 1, random: random)
  }

  public var parts: [(name: String, module: any Module)] { [("dense", dense)] }

  /// f: `(n, d)` twice to `(n, k)`.
  public func inputs(_ a: Tensor, _ b: Tensor) -> Tensor {
    guard let features else { return (a - b).abs() }
    let (left, right) = (a.l2Normalized(), b.l2Normalized())
    return Tensor.concatenated(
      features.map { feature in
        switch feature {
        case .difference: (left - right).abs()
        case .square: (left - right).squared()
        case .cosine: 1 - (left * right).sum(1, keeping: true)
        case .l2: (a - b).squared().sum(1, keeping: true).squareRoot()
        }
      }, 1)
  }

  /// Before the sigmoid: `(n, d)` twice to `(n,)`.
  public func logits(_ a: Tensor, _ b: Tensor) -> Tensor {
    dense(inputs(a, b)).reshaped([-1])
  }

  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor { logits(a, b).sigmoid() }
}
