/// How far apart two embeddings are, for a loss.
public enum EmbeddingDistance: String, Sendable, Codable, CaseIterable {
  /// `√Σ (aᵢ − bᵢ)²`
  case euclidean
  /// `Σ (aᵢ − bᵢ)²`
  case squared

  /// From row to row: `(k, d)` twice to `(k,)`.
  ///
  /// The root of 0 has no derivative: rows closer than 1e-8 pass none.
  func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    let squares = (a - b).squared().sum(1)
    switch self {
    case .squared: return squares
    case .euclidean: return squares.clamped(to: 1e-16...Double.infinity).squareRoot()
    }
  }
}
