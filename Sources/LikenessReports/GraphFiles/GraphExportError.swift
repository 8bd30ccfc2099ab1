/// Why a graph could not be written, in one line.
public enum GraphExportError: Error, Sendable, Equatable, CustomStringConvertible {
  case notWritable(path: String, reason: String)

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}
