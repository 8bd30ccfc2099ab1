import LikenessCore

/// Why an attribute cannot be learnt.
public enum AlgebraError: ClassifiedError, Equatable {
  /// The attribute has a single value: values are learnt from their differences.
  case oneValue(key: String, value: String)

  public var kind: ErrorKind { .nothingToAnswer }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .oneValue(let key, let value):
      "\(value) is the only \(key) that faces are labelled with, so nothing tells what makes it"
    }
  }
}
