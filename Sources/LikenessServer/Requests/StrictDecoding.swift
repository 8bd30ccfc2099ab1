/// Any key of an object in JSON.
struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer {
  /// Things by their numbers, each once, in the order in which they first come.
  /// - Throws: `ServerError` with the code `bad_parameter` for fewer or more of them than there may be
  func distinct<ID: ResourceID & Decodable>(
    _: ID.Type, forKey key: Key, count: ClosedRange<Int>
  ) throws -> [ID] {
    var seen: Set<ID> = []
    let ids = try decode([ID].self, forKey: key).filter { seen.insert($0).inserted }
    guard count.contains(ids.count) else {
      throw ServerError.badParameter(
        key.stringValue, "a list of \(count.lowerBound) to \(count.upperBound) numbers")
    }
    return ids
  }
}

extension Decoder {
  /// Rejects fields that no reader expects, so that a misspelt one is not ignored.
  /// - Throws: `ServerError` with the code `unknown_field`
  func rejectUnknownFields<Keys: CodingKey & CaseIterable>(besides: Keys.Type) throws {
    let known = Set(Keys.allCases.map(\.stringValue))
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw ServerError(
        .badRequest, "unknown_field",
        "There is no field \(String(key.stringValue.prefix(60))) here.")
    }
  }
}
