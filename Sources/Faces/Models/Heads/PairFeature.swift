/// What a Siamese head sees of two embeddings a and b; each is the same for b and a.
public enum PairFeature: String, Codable, Sendable, CaseIterable {
  /// `|aᵢ − bᵢ|` of vectors of length 1, `(d,)`: all that Koch et al. 2015 have.
  case difference
  /// `(aᵢ − bᵢ)²` of vectors of length 1, `(d,)`.
  case square
  /// The cosine distance, `(1,)`.
  case cosine
  /// The Euclidean distance of the embeddings as the network gave them, `(1,)`.
  case l2

  /// How many numbers it is.
  public func count(_ dimensions: Int) -> Int {
    switch self {
    case .difference, .square: dimensions
    case .cosine, .l2: 1
    }
  }
}
