/// Which vectors may be answered.
public enum SearchFilter: Sendable {
  case all
  /// Those of some ids; ids that the index does not hold change nothing.
  case ids(Set<Int64>)
  /// Those whose id fulfils a condition, which is asked for few or for all of them.
  case matching(@Sendable (Int64) -> Bool)

  func allows(_ id: Int64) -> Bool {
    switch self {
    case .all: true
    case .ids(let ids): ids.contains(id)
    case .matching(let condition): condition(id)
    }
  }
}
