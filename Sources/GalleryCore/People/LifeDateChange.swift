import LikenessCore

/// What becomes of a person's date of birth or death.
public enum LifeDateChange: Sendable, Hashable {
  /// It stays as it is.
  case keep
  /// It is not known any more.
  case remove
  /// It is another one.
  case set(PartialDate)

  func applied(to date: PartialDate?) -> PartialDate? {
    switch self {
    case .keep: date
    case .remove: nil
    case .set(let new): new
    }
  }
}
