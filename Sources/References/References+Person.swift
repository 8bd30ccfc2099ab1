import GalleryCore
import LikenessKit

extension References {
  /// A person by number, `person:12`, or by name. A name that the user gave to a person comes first, then one that most of
  /// a person's faces were added by.
  ///
  /// People are brought up to date first, so that numbers are those that `Likeness.people` tells.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.severalPeople`, `.unknownPerson`, `.notAPerson`,
  ///   `.bareNumber`;
  ///   `GalleryError`, also where the gallery cannot be changed
  public func person(_ text: String) throws -> PersonID { try people([text])[0] }

  /// Several people, each as `person` has it, in the order of the texts.
  public func people(_ texts: [String]) throws -> [PersonID] {
    let people = try likeness.people.toEdit()
    return try texts.map { try person($0, among: people) }
  }

  private func person(_ text: String, among people: [StoredPerson]) throws -> PersonID {
    let lookup = NameLookup(text, among: Set(people.compactMap(\.name)).sorted())
    func bearer(_ name: String) throws -> PersonID {
      let bearers = people.filter { $0.name == name }
      if let given = bearers.first(where: \.isGiven) { return given.id }
      guard bearers.count == 1 else { throw LikenessError.severalPeople(text, bearers.map(\.id)) }
      return bearers[0].id
    }
    return try value(
      of: text,
      Precedence(
        exactName: { try lookup.exact(text).map(bearer) },
        person: { person in
          guard people.contains(where: { $0.id == person }) else {
            throw LikenessError.unknownPerson(person)
          }
          return person
        },
        similarName: { try lookup.name(of: text).map(bearer) }, kinds: [PersonID.self],
        unknownFile: LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings),
        unknownName: {
          RecordReference(text) == nil
            ? LikenessError.unknownName(text, nearSpellings: lookup.nearSpellings)
            : LikenessError.notAPerson(text)
        }))
  }
}
