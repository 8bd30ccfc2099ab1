import GalleryCore

/// A name as somebody may give it: one line with something in it, of at most 200 letters, which reads as it is written.
struct PersonName: Decodable, Sendable {
  let text: String

  /// - Throws: `ServerError` with the code `bad_name`
  init(_ text: String) throws {
    guard !text.allSatisfy(\.isWhitespace), GalleryNames.fault(of: text) == nil else {
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
