/// One of a static list of implementations that users choose among by name, such as a loss or a file format.
///
/// A conforming type says what `allCases` are; no two have the same name. A choice is written, decoded and compared by
/// its name. Why lists are static: `Documentation/Decisions/registries.md`.
public protocol RegisteredChoice: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue == String {
  /// The name that users type, and that files keep.
  var rawValue: String { get }

  /// What help texts say of it: one line, without a full stop.
  var summary: String { get }
}

extension RegisteredChoice {
  /// - Returns: nil for a name that none has.
  public init?(rawValue: String) {
    guard let choice = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = choice
  }

  public static func == (a: Self, b: Self) -> Bool { a.rawValue == b.rawValue }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension Collection where Element: RegisteredChoice {
  /// For a sentence: "csv, npy or projector".
  /// - Parameter name: what each is called there.
  public func joinedWithOr(_ name: (Element) -> String) -> String {
    let names = map(name)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or \(last)"
  }
}
