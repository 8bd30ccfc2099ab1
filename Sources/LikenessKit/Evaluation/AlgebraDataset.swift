import Foundation

/// A person with a value of the attribute, such as KR with fear.
public struct AlgebraCell: Hashable, Sendable, Codable {
  public var person: String
  public var value: String

  public init(person: String, value: String) {
    self.person = person
    self.value = value
  }
}

/// Photos of people with an attribute, for instance JAFFE: ten women with seven expressions each.
/// Lyons et al., "Coding Facial Expressions with Gabor Wavelets" (1998).
public struct AlgebraDataset: Sendable {
  public struct Photo: Sendable {
    public var url: URL
    public var cell: AlgebraCell
    /// Among the photos of its cell; the least is the first.
    public var number: Int
  }

  /// In the order of their paths.
  public let photos: [Photo]
  /// The key of the attribute, such as `expression`.
  public let attribute: String

  /// In order.
  public var people: [String] { Set(photos.map(\.cell.person)).sorted() }
  /// In order.
  public var values: [String] { Set(photos.map(\.cell.value)).sorted() }

  public init(photos: [Photo], attribute: String) {
    self.photos = photos
    self.attribute = attribute
  }

  /// - Parameters:
  ///   - folder: with the photos, at any depth.
  ///   - labels: where a photo's person and attribute, and if need be its `number`, come from. Photos that it
  ///     does not know are left out.
  /// - Throws: `LikenessError.notLabelled`, `PhotoError.noSuchFile`
  public init(folder: URL, labels: LabelSource, attribute: String = "expression") throws {
    self.attribute = attribute
    photos = try PhotoFinder.files(at: [folder]).enumerated().compactMap { place, url in
      guard let own = labels.labels(of: url), let person = own[LabelSource.person],
        let value = own[attribute]
      else { return nil }
      return Photo(
        url: url, cell: AlgebraCell(person: person, value: value),
        number: own["number"].flatMap { Int($0) } ?? place)
    }
    func bad(_ reason: String) -> LikenessError { .notLabelled(path: folder.path, reason: reason) }
    guard !photos.isEmpty else {
      throw bad("no photo there has a person and a value of \(attribute)")
    }
    guard people.count > 1, values.count > 1 else {
      throw bad("two people and two values of \(attribute) are the least")
    }
  }

  /// The first photo of each cell, in the order of people and values.
  var firstPhotos: [Int] {
    var first: [AlgebraCell: Int] = [:]
    for (index, photo) in photos.enumerated() {
      if let known = first[photo.cell], photos[known].number <= photo.number { continue }
      first[photo.cell] = index
    }
    return first.sorted { ($0.key.person, $0.key.value) < ($1.key.person, $1.key.value) }
      .map(\.value)
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

/// What may be seen and what not, when it is asked for cells of which nothing was seen.
public struct AlgebraFold: Sendable {
  /// From 0.
  public let number: Int
  public let withheld: Set<AlgebraCell>
  /// The photos that a network may be trained on, by their places in the data set.
  public let seen: [Int]
  /// Those of the withheld cells.
  public let unseen: [Int]
}
