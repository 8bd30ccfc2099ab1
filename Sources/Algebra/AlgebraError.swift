/// Why nothing can be learnt of an attribute.
public enum AlgebraError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What a value looks like is learnt from its difference to others, and there are none.
  case oneValue(key: String, value: String)

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .oneValue(let key, let value):
      "\(value) is the only \(key) that faces are labelled with, so nothing tells what makes it: "
        + "label some with another, or use --recipe additive"
    }
  }
}
