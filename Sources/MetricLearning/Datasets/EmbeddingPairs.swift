import LikenessCore

/// Pairs of embeddings that are known to be of one person or of two.
public struct EmbeddingPairs: Sendable {
  /// Row i of both is pair i, `(n, d)`.
  public private(set) var first: EmbeddingMatrix
  public private(set) var second: EmbeddingMatrix
  public private(set) var areSame: [Bool]

  public var count: Int { areSame.count }
  public var dimensions: Int { first.dimensions }

  public init(dimensions: Int) {
    (first, second) = (
      EmbeddingMatrix(dimensions: dimensions), EmbeddingMatrix(dimensions: dimensions)
    )
    areSame = []
  }

  /// - Precondition: both have `dimensions` numbers.
  public mutating func append(_ a: Embedding, _ b: Embedding, isSame: Bool) {
    first.append(a)
    second.append(b)
    areSame.append(isSame)
  }

  /// A random split, stratified by kind of pair, with about `share` of the pairs in the second part; both keep the order.
  public func split(share: Double, seed: UInt64) -> (EmbeddingPairs, EmbeddingPairs) {
    var random = SeededRandom(seed: seed)
    var isSecond = [Bool](repeating: false, count: count)
    for kind in [true, false] {
      let rows = areSame.indices.filter { areSame[$0] == kind }.shuffled(using: &random)
      for row in rows.prefix(Int((Double(rows.count) * share).rounded())) { isSecond[row] = true }
    }
    func part(inSecond isInSecond: Bool) -> EmbeddingPairs {
      var part = EmbeddingPairs(dimensions: dimensions)
      for row in areSame.indices where isSecond[row] == isInSecond {
        part.append(first[row], second[row], isSame: areSame[row])
      }
      return part
    }
    return (part(inSecond: false), part(inSecond: true))
  }

  var tensors: (first: Tensor, second: Tensor) {
    (
      Tensor(first.values, shape: [count, dimensions]),
      Tensor(second.values, shape: [count, dimensions])
    )
  }
}
