/// Sets that are joined and never divided (union–find with path halving).
package struct DisjointSets {
  @usableFromInline var parents: [Int32]

  @inlinable
  package init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
  }

  /// The member that stands for the set of a row: its smallest.
  @inlinable
  package mutating func find(_ row: Int32) -> Int32 {
    var row = row
    while true {
      let parent = parents[Int(row)]
      guard parent != row else { break }
      let next = parents[Int(parent)]
      // Most are short already: writing costs more than looking.
      if next != parent { parents[Int(row)] = next }
      row = next
    }
    return row
  }

  /// - Returns: whether they were two sets.
  @inlinable
  @discardableResult
  package mutating func join(_ a: Int32, _ b: Int32) -> Bool {
    let (a, b) = (find(a), find(b))
    guard a != b else { return false }
    parents[Int(max(a, b))] = min(a, b)
    return true
  }

  /// The set of each row by its smallest member, `(n,)`.
  @inlinable
  package mutating func labels() -> [Int32] {
    (0..<Int32(parents.count)).map { find($0) }
  }
}
