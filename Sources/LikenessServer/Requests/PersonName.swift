/// A name as somebody may give it: one line with something in it, of at most 200 letters, which reads as it is written.
struct PersonName: Decodable, Sendable {
  let text: String

  /// - Throws: `ServerError` with the code `bad_name`
  init(_ text: String) throws {
    guard (1...200).contains(text.unicodeScalars.count), !text.allSatisfy(\.isWhitespace),
      !text.unicodeScalars.contains(where: {
        $0.properties.isBidiControl
          || [.control, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
      })
    else {
      throw ServerError(
        .badRequest, "bad_name",
        "A name has from 1 to 200 letters in one line, and no bidirectional control."
      )
    }
    self.text = text
  }

  init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }
}
