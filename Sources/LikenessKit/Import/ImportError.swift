import LikenessCore

/// Why nothing can be imported; one line each.
public enum ImportError: ClassifiedError, Equatable {
  /// There is no such file or folder.
  case missing(path: String)
  /// A file that cannot be understood.
  case unreadable(path: String, reason: String)
  /// A file that says nothing of names, or is of another program.
  case notSupported(path: String, reason: String)
  /// Nobody is named.
  case noNames(path: String, detail: String)

  public var kind: ErrorKind {
    switch self {
    case .missing: .notFound
    case .unreadable: .unreadable
    case .notSupported: .notSupported
    case .noNames: .nothingToAnswer
    }
  }

  public var description: String {
    switch self {
    case .missing(let path): "\(path) is not there"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .notSupported(let path, let reason): "\(path) cannot be imported: \(reason)"
    case .noNames(let path, let detail):
      "\(path) names nobody\(detail.isEmpty ? "" : ": \(detail)")"
    }
  }
}
