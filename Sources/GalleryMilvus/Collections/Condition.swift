/// Which rows are meant, in Milvus' own words. What comes from somebody else stands between quotes, and nothing in it
/// is read as more than letters.
struct Condition: Sendable, Equatable {
  let text: String

  private init(_ text: String) { self.text = text }

  /// One of so many at most: more are asked for in parts.
  static let most = 10_000

  static func equal(_ field: String, _ value: String) -> Condition {
    Condition("\(field) == \(quoted(value))")
  }

  static func equal(_ field: String, _ value: Int64) -> Condition {
    Condition("\(field) == \(value)")
  }

  static func notEqual(_ field: String, _ value: String) -> Condition {
    Condition("\(field) != \(quoted(value))")
  }

  static func among(_ field: String, _ values: some Collection<Int64>) -> Condition {
    Condition("\(field) in [\(values.map { "\($0)" }.joined(separator: ","))]")
  }

  static func among(_ field: String, _ values: some Collection<String>) -> Condition {
    Condition("\(field) in [\(values.map { quoted($0) }.joined(separator: ","))]")
  }

  /// The negation with its field first: Milvus' `not` binds tighter than `in`.
  static func notAmong(_ field: String, _ values: some Collection<Int64>) -> Condition {
    Condition("\(field) not in [\(values.map { "\($0)" }.joined(separator: ","))]")
  }

  static func above(_ field: String, _ value: Int64) -> Condition {
    Condition("\(field) > \(value)")
  }

  static func above(_ field: String, _ value: String) -> Condition {
    Condition("\(field) > \(quoted(value))")
  }

  static func atLeast(_ field: String, _ value: Double) -> Condition {
    Condition("\(field) >= \(value)")
  }

  static func below(_ field: String, _ value: Double) -> Condition {
    Condition("\(field) < \(value)")
  }

  /// That a field of JSON has a value under a key.
  static func equal(_ field: String, key: String, _ value: String) -> Condition {
    Condition("\(field)[\(quoted(key))] == \(quoted(value))")
  }

  /// All of some hold; nil for none.
  static func all(_ conditions: [Condition]) -> Condition? { joined(conditions, by: "and") }

  /// One of some holds at least; nil for none.
  static func any(_ conditions: [Condition]) -> Condition? { joined(conditions, by: "or") }

  static func both(_ first: Condition, _ second: Condition) -> Condition {
    Condition("(\(first.text)) and (\(second.text))")
  }

  static func either(_ first: Condition, _ second: Condition) -> Condition {
    Condition("(\(first.text)) or (\(second.text))")
  }

  private static func joined(_ conditions: [Condition], by word: String) -> Condition? {
    guard let first = conditions.first else { return nil }
    if conditions.count == 1 { return first }
    return Condition(conditions.map { "(\($0.text))" }.joined(separator: " \(word) "))
  }

  /// As a literal, which Milvus, Milvus Standalone and Milvus Lite parse alike: the escapes of Go, as few as there must be.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
