import LikenessCore

/// Why a graph could not be written, in one line.
public enum GraphExportError: ClassifiedError, Equatable {
  case notWritable(path: String, reason: String)

  public var kind: ErrorKind { .unavailable }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}
