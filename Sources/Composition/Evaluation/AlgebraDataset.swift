import Foundation

/// A person with a value of the attribute, such as KR with fear.
public struct AlgebraCell: Hashable, Comparable, Sendable, Codable {
  /// The person, as the data set calls them.
  public var person: String
  /// The value of the attribute, such as FE.
  public var value: String

  /// A person with a value.
  public init(person: String, value: String) {
    self.person = person
    self.value = value
  }

  /// By person, then by value.
  public static func < (a: AlgebraCell, b: AlgebraCell) -> Bool {
    (a.person, a.value) < (b.person, b.value)
  }
}

/// Photos of people with an attribute, for instance JAFFE: ten women with seven expressions each.
/// Lyons et al., "Coding Facial Expressions with Gabor Wavelets" (1998).
public struct AlgebraDataset: Sendable {
  /// A photo of a cell.
  public struct Photo: Sendable {
    /// The photo's file.
    public var url: URL
    /// The person and the value that it shows.
    public var cell: AlgebraCell
    /// Its number among the photos of its cell; the lowest is the first.
    public var number: Int

    /// A photo of a cell, by its number in it.
    public init(url: URL, cell: AlgebraCell, number: Int) {
      (self.url, self.cell, self.number) = (url, cell, number)
    }
  }

  /// In the order of their paths.
  public let photos: [Photo]
  /// The key of the attribute, such as `expression`.
  public let attribute: String

  /// In order.
  public var people: [String] { Set(photos.map(\.cell.person)).sorted() }
  /// In order.
  public var values: [String] { Set(photos.map(\.cell.value)).sorted() }

  /// Photos that show values of one attribute.
  public init(photos: [Photo], attribute: String) {
    self.photos = photos
    self.attribute = attribute
  }

  /// The first photo of each cell, in the order of people and values.
  var firstPhotos: [Int] {
    var first: [AlgebraCell: Int] = [:]
    for (index, photo) in photos.enumerated() {
      if let known = first[photo.cell], photos[known].number <= photo.number { continue }
      first[photo.cell] = index
    }
    return first.sorted { $0.key < $1.key }.map(\.value)
  }

  /// A Latin square: fold f withholds of the i-th person the (i + f)-th value, so that each fold withholds one
  /// value of every person, each value about as often, and all folds together every cell once.
  public var latinSquare: [AlgebraFold] {
    let (people, values) = (people, values)
    return values.indices.map { number in
      let withheld = Set(
        people.enumerated().map { index, person in
          AlgebraCell(person: person, value: values[(index + number) % values.count])
        })
      let groups = Dictionary(grouping: photos.indices) { withheld.contains(photos[$0].cell) }
      return AlgebraFold(
        number: number, withheld: withheld, seen: groups[false] ?? [], unseen: groups[true] ?? [])
    }
  }
}

/// Which photos may be learnt from when some cells are held out.
public struct AlgebraFold: Sendable {
  /// From 0.
  public let number: Int
  /// The cells of which nothing may be seen.
  public let withheld: Set<AlgebraCell>
  /// The photos that a network may be trained on, by their places in the data set.
  public let seen: [Int]
  /// Those of the withheld cells.
  public let unseen: [Int]
}
