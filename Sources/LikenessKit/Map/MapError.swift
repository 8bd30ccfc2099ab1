/// Why a map is not written: one line each. Why there is none to be made, `ProjectionError` says.
public enum MapError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It was stopped; nothing is kept of it.
  case interrupted
  /// Something is there already that no map wrote.
  case occupied(path: String)

  public var description: String {
    switch self {
    case .interrupted:
      "interrupted; nothing was written"
    case .occupied(let path):
      "\(path) holds other files: name a new folder, or one that a map was written to before"
    }
  }
}
