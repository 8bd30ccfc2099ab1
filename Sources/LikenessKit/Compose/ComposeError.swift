import LikenessCore

/// Why a query of a person and attributes has no answer.
public enum ComposeError: ClassifiedError, Equatable {
  /// The query cannot be read. `position` is 1 for the first letter.
  case syntax(String, position: Int, expected: String, found: String)
  /// No face has a label of that key.
  case unknownKey(String, keys: [String], nearSpellings: [String])
  /// No face has that value of a key.
  case unknownValue(key: String, value: String, values: [String], nearSpellings: [String])
  /// A value that could mean several.
  case ambiguousValue(key: String, value: String, candidates: [String])
  /// The terms cancel each other, so the query is empty.
  case nothingLeft(String)

  public var kind: ErrorKind {
    switch self {
    case .syntax: .malformedQuery
    case .unknownKey, .unknownValue: .notInGallery
    case .ambiguousValue: .ambiguous
    case .nothingLeft: .nothingToAnswer
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    func hint(_ near: [String], _ all: [String]) -> String {
      if !near.isEmpty { return "; did you mean \(near.joined(separator: ", "))?" }
      let rest = all.count > 12 ? " and \(all.count - 12) more" : ""
      return all.isEmpty ? "" : "; there is \(all.prefix(12).joined(separator: ", "))\(rest)"
    }
    switch self {
    case .syntax(_, let position, let expected, let found):
      return "the query cannot be read at letter \(position): expected \(expected), found \(found)"
    case .unknownKey(let key, let keys, let near):
      return "no face has a label \"\(key)\"\(hint(near, keys))"
    case .unknownValue(let key, let value, let values, let near):
      return "no face has the \(key) \"\(value)\"\(hint(near, values))"
    case .ambiguousValue(let key, let value, let candidates):
      return
        "the \(key) \"\(value)\" may be \(candidates.joined(separator: ", ")): write it exactly"
    case .nothingLeft(let query):
      return "\"\(query)\" asks for nothing: its terms cancel"
    }
  }
}
