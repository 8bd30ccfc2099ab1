import LikenessCore
import LikenessKit

/// Who is enrolled with which photos, and which photos look for them.
struct IdentificationPlan: Sendable {
  /// An enrolled person.
  struct Enrolled: Sendable, Equatable {
    var person: Int
    /// The numbers of the photos.
    var photos: [Int]
  }

  let people: PeopleNumbers
  /// In the order of people.
  let enrolled: [Enrolled]
  /// The other photos of those who are enrolled, and all photos of those who are not, in the order of photos.
  let mated: [Int]
  let nonMated: [Int]

  /// - Parameter persons: whom each photo shows, `(n,)`.
  init(_ persons: [String], _ options: IdentificationOptions) {
    people = PeopleNumbers(persons)
    let numbers = people.numbers
    var photos = [[Int]](repeating: [], count: people.count)
    for (photo, person) in numbers.enumerated() { photos[Int(person)].append(photo) }
    // In a random order, but the same for the same names whatever else is there.
    let keys = people.names.map { Self.key($0, options.seed) }
    let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let count = Int((options.enrolled * Double(people.count)).rounded())
    let chosen = Set(order.prefix(max(1, min(people.count - 1, count))))
    enrolled = chosen.sorted().map { person in
      let own = photos[person]
      return Enrolled(
        person: person,
        photos: Array(own.prefix(max(1, min(options.photosPerTemplate, own.count - 1)))))
    }
    let taken = Set(enrolled.flatMap(\.photos))
    mated = numbers.indices.filter { chosen.contains(Int(numbers[$0])) && !taken.contains($0) }
    nonMated = numbers.indices.filter { !chosen.contains(Int(numbers[$0])) }
  }

  /// FNV-1a of the name's UTF-8 (Fowler, Noll and Vo), mixed with the seed.
  private static func key(_ name: String, _ seed: UInt64) -> UInt64 {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    var random = SeededRandom(seed: hash, path: seed)
    return random.next()
  }
}
