/// Any key of an object in JSON.
struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// Refuses what nobody would look at: a key that is spelt wrong should not be passed over.
  /// - Throws: `ServerError` with the code `unknown_field`
  func refuseOthers<Keys: CodingKey & CaseIterable>(than: Keys.Type) throws {
    let known = Set(Keys.allCases.map(\.stringValue))
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw ServerError(
        .badRequest, "unknown_field",
        "There is no field \(String(key.stringValue.prefix(60))) here.")
    }
  }
}
