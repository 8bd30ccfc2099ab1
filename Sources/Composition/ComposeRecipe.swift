import Foundation
import LikenessCore

/// How a person and attributes are combined into a query vector.
public enum ComposeRecipe: String, Sendable, CaseIterable, Codable {
  /// Two parts: who it is, and for each key what tells its values apart in the labelled faces once each
  /// person's own look is taken out (linear discriminant analysis). The most accurate one.
  case discriminant
  /// A person's mean, and the mean of what a value adds to each person.
  case additive
  /// As published for photos of faces (see `Documentation/Decisions/compose.md`): embeddings without negative
  /// numbers and of length 1, the median of each term's faces brought to length 1, their sum.
  case mercari

  /// The recipe's own aggregate.
  public var standardAggregate: ComposeAggregate { self == .mercari ? .median : .mean }
}

/// How several vectors are combined into one.
public enum ComposeAggregate: String, Sendable, CaseIterable, Codable {
  case mean
  /// Of each coordinate.
  case median

  /// - Precondition: `vectors` is not empty and all have the same dimension.
  func callAsFunction(_ vectors: [Embedding]) -> Embedding {
    switch self {
    case .mean: .mean(vectors)
    case .median: .median(vectors)
    }
  }
}

/// How `mercari` gets rid of negative numbers.
public enum NonNegativity: String, Sendable, CaseIterable, Codable {
  /// As published: each face's minimum is subtracted from its own coordinates. The published division by the face's maximum
  /// changes nothing, since a length of 1 follows.
  case faceMinimum = "face-minimum"
  /// Negative coordinates become 0.
  case clip
  /// Each coordinate's minimum over all faces is subtracted.
  case dimensionMinimum = "dimension-minimum"
  /// The minimum of all coordinates is subtracted.
  case globalMinimum = "global-minimum"

  /// What is subtracted from every face alike, `(d,)`; what is still negative then becomes 0.
  func offset(_ faces: [Embedding]) -> [Float] {
    guard let first = faces.first else { return [] }
    switch self {
    case .clip, .faceMinimum: return [Float](repeating: 0, count: first.count)
    case .dimensionMinimum:
      return faces.dropFirst().reduce(first.values) { zip($0, $1.values).map { min($0, $1) } }
    case .globalMinimum:
      let minimum = faces.compactMap { $0.values.min() }.min() ?? 0
      return [Float](repeating: minimum, count: first.count)
    }
  }
}

/// Options of composing.
public struct ComposeOptions: Sendable {
  /// How a person and an attribute become a query.
  public var recipe = ComposeRecipe.discriminant
  /// How several vectors are combined; nil for the recipe's own way.
  public var aggregate: ComposeAggregate?
  /// How vectors become non-negative for recipes that need it.
  public var nonNegativity = NonNegativity.faceMinimum

  /// The default recipe, as it was measured to be best.
  public init() {}
}
