import LikenessCore

/// Why numbers do not fit a network or an optimizer.
public enum StateError: ClassifiedError, Equatable {
  case missing(String)
  case unexpected(String)
  case mismatch(String, found: String, expected: String)

  public var kind: ErrorKind { .invalidInput }

  public var description: String {
    switch self {
    case .missing(let name): "the weights lack \(name)"
    case .unexpected(let name): "the weights hold \(name), which the network does not have"
    case .mismatch(let name, let found, let expected):
      "the weights' \(name) is \(found), the network's \(expected)"
    }
  }
}
