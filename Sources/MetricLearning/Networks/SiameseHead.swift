import Faces

/// Two embeddings to the probability that they are one person: `sigmoid(w · h(f(a, b)) + b₀)`, with f(a, b) = |a − b| as
/// Koch et al. 2015 have it, and h hidden layers with ReLU, or none.
public final class SiameseHead: Module {
  public let hidden: [Linear]
  public let dense: Linear
  /// What stands for f; nil for |a − b| of the vectors as they are.
  public let features: [PairFeature]?

  /// - Parameter hidden: the widths of the hidden layers, in the order in which data flows.
  public init(
    _ dimensions: Int, features: [PairFeature]? = nil, hidden: [Int] = [], random: RandomSource
  ) {
    self.features = features
    var inputs = features?.reduce(0) { $0 + $1.count(dimensions) } ?? dimensions
    self.hidden = hidden.map { width in
      defer { inputs = width }
      return Linear(inputs, width, random: random)
    }
    dense = Linear(inputs, 1, random: random)
  }

  public var parts: [(name: String, module: any Module)] {
    hidden.enumerated().map { ("hidden.\($0)", $1) } + [("dense", dense)]
  }

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

  /// Before the sigmoid, from what `inputs` gives: `(n, k)` to `(n,)`.
  func logits(ofInputs inputs: Tensor) -> Tensor {
    dense(hidden.reduce(inputs) { value, layer in layer(value).relu() }).reshaped([-1])
  }

  /// Before the sigmoid: `(n, d)` twice to `(n,)`.
  public func logits(_ a: Tensor, _ b: Tensor) -> Tensor { logits(ofInputs: inputs(a, b)) }

  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor { logits(a, b).sigmoid() }
}
