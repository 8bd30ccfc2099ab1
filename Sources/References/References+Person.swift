import GalleryCore
import LikenessKit

extension References {
  /// A person by number, `12` or `#12`, or by name.
  ///
  /// A name that the user gave to a person comes first, and with `#` a number. Photos are often called by numbers, and so
  /// are people then: a number alone that is also a name that faces were added by may mean either, which is an error. People
  /// are brought up to date first, so that numbers are those that `Likeness.people` tells.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.severalPeople`, `.unknownPerson`; `GalleryError`, also where
  ///   the gallery cannot be changed
  public func person(_ text: String) throws -> PersonID { try people([text])[0] }

  /// Several people, each as `person` has it, in the order of the texts.
  public func people(_ texts: [String]) throws -> [PersonID] {
    let people = try likeness.people.toEdit()
    return try texts.map { try Self.person($0, among: people) }
  }

  private static func person(_ text: String, among people: [StoredPerson]) throws -> PersonID {
    let number = PersonID(text: text)
    let isNumber = number.map { number in people.contains { $0.id == number } } ?? false
    if let number, isNumber, text.hasPrefix("#") { return number }
    let lookup = NameLookup(text, among: Set(people.compactMap(\.name)).sorted())
    var bearers: [StoredPerson] = []
    if case .found(let name) = lookup { bearers = people.filter { $0.name == name } }
    if let given = bearers.first(where: \.isGiven) { return given.id }
    var candidates = bearers.map(\.id)
    if let number, isNumber, !candidates.contains(number) { candidates.append(number) }
    if candidates.count == 1 { return candidates[0] }
    if candidates.count > 1 { throw LikenessError.severalPeople(text, candidates) }
    if let number { throw LikenessError.unknownPerson(number) }
    _ = try lookup.name(of: text)
    throw LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings)
  }
}
