import LikenessCore

/// What is held out of training.
public enum HoldOut: Sendable, Hashable, Codable {
  /// A share of the values of an attribute, such as of the people, with all of their photos.
  case values(of: String, share: Double)
  /// Some values of an attribute, such as these people, with all of their photos.
  case named([String], of: String)
  /// Cells such as (person, expression): of each value of the first attribute one of the second, as in a
  /// Latin square, so that the folds together hold out every cell once.
  case cells(String, String, fold: Int)
  /// A share of the photos, of each value of an attribute alike.
  case photos(share: Double, evenlyOver: String)
  /// A share of the photos, whatever they show.
  case anyPhotos(share: Double)
}

extension HoldOut {
  /// The attribute whose held-out values are unseen in training, such as people; nil where every value is trained on.
  var attribute: String? {
    switch self {
    case .values(let attribute, _), .named(_, let attribute): attribute
    case .cells, .photos, .anyPhotos: nil
    }
  }
}

/// Photos to learn from and photos to test on, by their positions in a data set, in order.
public struct DatasetSplit: Sendable, Equatable {
  public let training: [Int]
  public let heldOut: [Int]
}

extension LabelledDataset {
  /// Parts the photos; the same for the same seed.
  /// - Throws: `DatasetError`
  public func split(_ holdOut: HoldOut, seed: UInt64) throws -> DatasetSplit {
    var random = SeededRandom(seed: seed, path: 0x5B11)
    let held: Set<Int>
    switch holdOut {
    case .values(let attribute, let share):
      let values = try values(of: attribute)
      let count = Self.count(share, of: values.count)
      let chosen = Set(values.shuffled(using: &random).prefix(count))
      held = Set(items.indices.filter { chosen.contains(items[$0].attributes[attribute] ?? "") })
    case .named(let names, let attribute):
      let values = try values(of: attribute)
      if let unknown = names.first(where: { !values.contains($0) }) {
        throw DatasetError.unknownValue(attribute: attribute, value: unknown, values: values)
      }
      held = Set(items.indices.filter { names.contains(items[$0].attributes[attribute] ?? "") })
    case .cells(let first, let second, let fold):
      let (rows, columns) = (try classes(of: first), try classes(of: second))
      let width = try values(of: second).count
      held = Set(items.indices.filter { (rows[$0] + fold % width) % width == columns[$0] })
    case .anyPhotos(let share):
      let chosen = items.indices.shuffled(using: &random)
      held = Set(chosen.prefix(Self.count(share, of: count)))
    case .photos(let share, let attribute):
      let groups = Dictionary(grouping: items.indices, by: { items[$0].attributes[attribute] })
      // What a group's share lacks or exceeds is carried to the next.
      var (chosen, owed): (Set<Int>, Double) = ([], 0)
      try check([attribute])
      for value in try values(of: attribute) {
        let group = (groups[value] ?? []).shuffled(using: &random)
        owed += share * Double(group.count)
        let count = min(group.count, max(0, Int(owed.rounded())))
        owed -= Double(count)
        chosen.formUnion(group.prefix(count))
      }
      held = chosen
    }
    guard !held.isEmpty, held.count < count else {
      throw DatasetError.emptySplit(
        "of \(count) photos \(held.count) would be held out: nothing is left to "
          + (held.isEmpty ? "test on" : "learn from"))
    }
    return DatasetSplit(
      training: items.indices.filter { !held.contains($0) }, heldOut: held.sorted())
  }

  /// The number of items in a share: at least one and never all.
  private static func count(_ share: Double, of all: Int) -> Int {
    min(all - 1, max(1, Int((share * Double(all)).rounded())))
  }
}
