import LikenessCore
import VectorSearch

/// Why faces cannot be projected; one line each.
public enum ProjectionError: ClassifiedError, Equatable {
  /// There is no face, or only one.
  case tooFewFaces(Int)
  /// No face differs from another.
  case allEqual(count: Int)
  /// A perplexity is at most a third of the number of other faces.
  case perplexityTooLarge(Double, count: Int)
  /// A perplexity is a number of faces: at least 1.
  case perplexityTooSmall(Double)
  /// The number of dimensions must be 2 or 3, or a valid number of components.
  case tooFewDimensions(found: Int, requested: Int)
  /// There are as many principal components as faces, or as dimensions where these are fewer.
  case tooManyComponents(Int, faces: Int, dimensions: Int)
  case unsupportedDimensions(Int)
  /// Interpolation works in the plane.
  case interpolationInSpace
  case dimensionMismatch(expected: Int, found: Int)
  /// The vectors and what belongs to them are not of one number.
  case countMismatch(expected: Int, found: Int)
  /// The table has fewer neighbours of each face than the perplexity needs.
  case tooFewNeighbors(found: Int, needed: Int)
  /// A number in the vector of the row is infinite or none.
  case notFinite(row: Int)
  /// The eigendecomposition did not converge.
  case notDecomposed(code: Int)
  case index(IndexError)

  /// The largest perplexity for a number of faces, (n − 1) / 3: each face has three times as many
  /// neighbours.
  public static func largestPerplexity(count: Int) -> Double { Double(max(0, count - 1)) / 3 }

  public var kind: ErrorKind {
    switch self {
    case .tooFewFaces, .allEqual: .insufficientData
    // The request and the vectors do not go together.
    case .perplexityTooLarge, .perplexityTooSmall, .tooFewDimensions, .tooManyComponents,
      .unsupportedDimensions, .interpolationInSpace, .dimensionMismatch, .countMismatch,
      .tooFewNeighbors, .notFinite, .notDecomposed, .index:
      .conflict
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .tooFewFaces(0): "there are no faces to lay out"
    case .tooFewFaces(let count):
      count == 1 ? "there is one face only: a picture needs two" : "\(count) faces are too few"
    case .allEqual(let count):
      "all \(count) faces are equal: there is nothing to tell them apart by"
    case .perplexityTooLarge(let perplexity, let count):
      Self.largestPerplexity(count: count) < 1
        ? "perplexity \(short(perplexity)) is too large for \(count) faces: t-SNE needs at least 4"
        : "perplexity \(short(perplexity)) is too large for \(count) faces: the largest possible is "
          + short((Self.largestPerplexity(count: count) * 100).rounded(.down) / 100)
    case .perplexityTooSmall(let perplexity):
      "perplexity \(short(perplexity)) is too small: the smallest possible is 1"
    case .tooFewDimensions(let found, let requested):
      "vectors of \(found) dimensions have no \(requested) components"
    case .tooManyComponents(let requested, let faces, let dimensions):
      "\(requested) principal components are too many: \(faces) faces of \(dimensions) dimensions have "
        + "\(min(faces, dimensions))"
    case .unsupportedDimensions(let dimensions):
      "a picture of \(dimensions) dimensions: it can have 2 or 3"
    case .interpolationInSpace: "interpolation lays out two dimensions only, not three"
    case .dimensionMismatch(let expected, let found):
      "vectors of \(found) dimensions beside vectors of \(expected)"
    case .countMismatch(let expected, let found):
      "\(found) points or neighbours of \(expected) faces"
    case .tooFewNeighbors(let found, let needed):
      "\(found) neighbours of each face are too few: the perplexity needs \(needed)"
    case .notFinite(let row): "the vector of face \(row) has a number that is not finite"
    case .notDecomposed(let code): "the covariance has not been decomposed (LAPACK says \(code))"
    case .index(let error): "the neighbours were not found: \(error)"
    }
  }

  private func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
  }
}
