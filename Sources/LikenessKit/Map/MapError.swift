/// Why there is no map: one line each, with what to do.
public enum MapError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A map shows who is near whom; of fewer than two faces there is nothing to show.
  case tooFewFaces(Int)
  /// A face has too few others for so many neighbours.
  case perplexityTooLarge(Double, faces: Int, largest: Double)
  /// All embeddings are one and the same.
  case allFacesEqual(Int)
  /// It was stopped; nothing is kept of it.
  case interrupted
  /// Something is there already that no map wrote.
  case occupied(path: String)

  public var description: String {
    switch self {
    case .tooFewFaces(let count):
      return "a map needs two faces or more, and the gallery has \(count == 1 ? "one" : "\(count)"): "
        + "add photos with likeness add"
    case .perplexityTooLarge(let perplexity, let faces, let largest):
      let largest =
        largest == largest.rounded() ? "\(Int(largest))" : String(format: "%.1f", largest)
      return "a perplexity of \(perplexity == perplexity.rounded() ? "\(Int(perplexity))" : "\(perplexity)") "
        + "is too large for \(faces) faces: the largest is \(largest)"
    case .allFacesEqual(let count):
      return "all \(count) faces are equal, so a map has nothing to show"
    case .interrupted:
      return "interrupted; nothing was written"
    case .occupied(let path):
      return "\(path) holds other files: name a new folder, or one that a map was written to before"
    }
  }
}
