import LikenessCore

/// Why weights cannot be read or written.
public enum SafetensorsError: ClassifiedError, Equatable {
  case unreadable(path: String, reason: String)
  case notWritable(path: String, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .unreadable: .unreadable
    case .notWritable: .unavailable
    }
  }

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "the weights \(path) cannot be read: \(reason)"
    case .notWritable(let path, let reason): "the weights cannot be written to \(path): \(reason)"
    }
  }
}
