/// People by numbers from 0, in the order of their names.
struct PeopleNumbers: Sendable {
  let names: [String]
  /// Of each of the names that it was made of, `(n,)`.
  let numbers: [Int32]
  private let byName: [String: Int]

  var count: Int { names.count }

  /// - Parameter people: a name for each photo, `(n,)`.
  init(_ people: [String]) {
    names = Set(people).sorted()
    let byName = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    numbers = people.map { Int32(byName[$0, default: 0]) }
    self.byName = byName
  }

  /// - Precondition: a person has that name.
  subscript(name: String) -> Int { byName[name]! }
}
