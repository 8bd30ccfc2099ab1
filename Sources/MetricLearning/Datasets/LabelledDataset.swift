import Foundation

/// A photo with its labels.
public struct LabelledPhoto: Sendable, Hashable, Codable {
  public var url: URL
  /// What each attribute is, such as `["person": "KM", "expression": "HA"]`.
  public var attributes: [String: String]

  public init(url: URL, attributes: [String: String]) {
    self.url = url
    self.attributes = attributes
  }
}

/// Photos with labels to learn from.
public struct LabelledDataset: Sendable, Equatable {
  /// The names of the attributes that every photo has; "person" mostly comes first.
  public let attributes: [String]
  /// In the order of their paths, or of the table that lists them.
  public let items: [LabelledPhoto]

  /// - Precondition: every item has every attribute.
  public init(attributes: [String], items: [LabelledPhoto]) {
    precondition(
      items.allSatisfy { item in attributes.allSatisfy { item.attributes[$0] != nil } },
      "a photo without one of \(attributes)")
    self.attributes = attributes
    self.items = items
  }

  public var count: Int { items.count }

  /// What an attribute is on any of the photos, each once, in order.
  /// - Throws: `DatasetError.unknownAttribute`
  public func values(of attribute: String) throws -> [String] {
    try check([attribute])
    return Set(items.compactMap { $0.attributes[attribute] }).sorted()
  }

  /// Each photo's class in an attribute: its place among `values(of:)`.
  /// - Throws: `DatasetError.unknownAttribute`
  public func classes(of attribute: String) throws -> [Int] {
    let values = try values(of: attribute)
    let places = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
    return items.map { places[$0.attributes[attribute] ?? ""] ?? 0 }
  }

  /// Some of the photos, in the order of the positions.
  public func subset(_ positions: [Int]) -> LabelledDataset {
    LabelledDataset(attributes: attributes, items: positions.map { items[$0] })
  }

  /// The first photo of each combination of some attributes' values.
  /// - Throws: `DatasetError.unknownAttribute`
  public func firstOfEach(_ attributes: [String]) throws -> LabelledDataset {
    try check(attributes)
    var seen: Set<[String]> = []
    return subset(
      items.indices.filter { place in
        seen.insert(attributes.map { items[place].attributes[$0] ?? "" }).inserted
      })
  }

  /// Whether attributes can be learnt from these photos: each needs two values, and one of them two photos.
  /// - Throws: `DatasetError`
  public func checkLearnable(_ attributes: [String]) throws {
    try check(attributes)
    for attribute in attributes {
      var counts: [String: Int] = [:]
      for item in items { counts[item.attributes[attribute] ?? "", default: 0] += 1 }
      guard counts.count > 1 else {
        throw DatasetError.oneValue(attribute: attribute, value: counts.keys.first ?? "")
      }
      guard counts.values.contains(where: { $0 > 1 }) else {
        throw DatasetError.nothingShared(attribute: attribute)
      }
    }
  }

  func check(_ attributes: [String]) throws {
    for attribute in attributes where !self.attributes.contains(attribute) {
      throw DatasetError.unknownAttribute(attribute, known: self.attributes)
    }
  }
}
