import LikenessCore

/// Why a map is not written: one line each. Why there is none to be made, `ProjectionError` says.
public enum MapError: ClassifiedError, Equatable {
  /// It was stopped; nothing is kept of it.
  case interrupted
  /// A picture, or the page, of another number of dimensions than 2 or 3.
  case noPicture(dimensions: Int)
  /// Something is there already that no map wrote.
  case occupied(path: String)

  public var kind: ErrorKind {
    switch self {
    case .interrupted: .cancelled
    case .noPicture: .invalidValue
    case .occupied: .conflict
    }
  }

  /// What is wrong, and what to do, in one line.
  public var description: String {
    switch self {
    case .interrupted:
      "interrupted; nothing was written"
    case .noPicture(let dimensions):
      "a picture has 2 or 3 dimensions, not \(dimensions): write "
        + MapFormat.allCases.filter { !$0.isPicture }.joinedWithOr { $0.rawValue }
    case .occupied(let path):
      "\(path) holds other files: name a new folder, or one that a map was written to before"
    }
  }
}
