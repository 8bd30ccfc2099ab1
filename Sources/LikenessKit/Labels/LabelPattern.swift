import Foundation

/// How labels are written into file names: `{person}.{expression}{number}.{}` finds person KM,
/// expression HA and number 1 in `KM.HA1.4.tiff`.
///
/// Words in braces are keys, `{}` is anything. The file's extension does not belong to the pattern; for each
/// `/` in it one more folder of the path does. Where two fields touch, the second begins at the first digit.
public struct LabelPattern: Sendable, Equatable {
  /// Patterns that have names.
  public static let named = ["jaffe": "{person}.{expression}{number}.{}"]

  /// As it was written, or as its name stands for it.
  public let text: String
  /// In the order of the pattern.
  public let keys: [String]
  private let expression: String
  private let depth: Int

  /// - Parameter text: a pattern, or the name of one.
  /// - Throws: `LikenessError.badPattern`
  public init(_ text: String) throws(LikenessError) {
    let pattern = Self.named[text.lowercased()] ?? text
    var (expression, keys) = ("^", [String]())
    var rest = pattern[...]
    func bad(_ reason: String) -> LikenessError { .badPattern(text, reason: reason) }
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[brace] == "{" else { throw bad("a } without its {") }
      expression += NSRegularExpression.escapedPattern(for: String(rest[..<brace]))
      guard let end = rest[brace...].firstIndex(of: "}") else { throw bad("a { without its }") }
      let key = rest[rest.index(after: brace)..<end].trimmingCharacters(in: .whitespaces)
      guard !key.contains("{") else { throw bad("a { within another") }
      guard key.isEmpty || !keys.contains(key) else { throw bad("{\(key)} twice") }
      let isFollowed = rest.index(after: end) < rest.endIndex
      let touchesNext = isFollowed && rest[rest.index(after: end)] == "{"
      let touchesLast = brace == rest.startIndex && expression.hasSuffix(")")
      let field = touchesNext ? "[^0-9/]+" : touchesLast ? "[0-9][^/]*?" : "[^/]+?"
      expression += key.isEmpty ? "(?:\(field))" : "(\(field))"
      if !key.isEmpty { keys.append(key) }
      rest = rest[rest.index(after: end)...]
    }
    guard !keys.isEmpty else {
      let names = Self.named.keys.sorted().joined(separator: ", ")
      throw bad("it names no key, such as {person}; patterns of a name of their own: \(names)")
    }
    self.text = pattern
    self.keys = keys
    self.expression = expression + NSRegularExpression.escapedPattern(for: String(rest)) + "$"
    depth = pattern.count { $0 == "/" } + 1
    guard (try? NSRegularExpression(pattern: self.expression)) != nil else {
      throw bad("it cannot be used")
    }
  }

  /// The labels that a file's path tells; nil where it does not fit.
  public func labels(of photo: URL) -> [String: String]? {
    let name = photo.deletingPathExtension().standardizedFileURL.pathComponents.suffix(depth)
      .joined(separator: "/").precomposedStringWithCanonicalMapping
    let whole = NSRange(name.startIndex..., in: name)
    guard
      let match = try? NSRegularExpression(pattern: expression).firstMatch(in: name, range: whole)
    else { return nil }
    var labels: [String: String] = [:]
    for (number, key) in keys.enumerated() {
      guard let range = Range(match.range(at: number + 1), in: name) else { return nil }
      let value = name[range].trimmingCharacters(in: .whitespaces)
      if !value.isEmpty { labels[key] = value }
    }
    return labels
  }
}
