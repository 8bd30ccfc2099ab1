/// What somebody may do; each may what those before may.
public enum Rights: String, Sendable, Codable, CaseIterable, Comparable {
  /// Look and ask.
  case read
  /// Add, name, label and remove.
  case write
  /// Remove all at once, and see who asked what.
  case admin

  public static func < (a: Rights, b: Rights) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}
