import Foundation

/// The parts of a `multipart/form-data` body (RFC 7578).
struct MultipartForm: Sendable {
  struct Part: Sendable {
    var name: String
    /// As the client called it; nil for a part that is not a file.
    var fileName: String?
    var data: Data

    var text: String? { String(data: data, encoding: .utf8) }
  }

  private(set) var parts: [Part] = []

  /// More would be a mistake, or meant to hurt.
  static let maximumParts = 1_000

  /// - Throws: `ServerError` with the code `bad_multipart`
  init(_ body: Data, boundary: String) throws {
    parts = try body.withUnsafeBytes { try Self.parts(ByteScanner($0), boundary) }
  }

  private static func parts(_ body: ByteScanner, _ boundary: String) throws -> [Part] {
    let separator = Array("\r\n--\(boundary)".utf8)
    // What stands before the first boundary is nobody's; the boundary itself begins the body or a line.
    var at: Int
    if body.begins(separator.dropFirst(2), at: 0) {
      at = separator.count - 2
    } else if let first = body.find(separator, from: 0) {
      at = first + separator.count
    } else {
      throw bad("it does not begin with its boundary")
    }
    var parts: [Part] = []
    while !body.begins(dashes, at: at) {
      // Spaces may follow a boundary.
      while body.at(at) == 0x20 || body.at(at) == 0x09 { at += 1 }
      guard body.begins(newline, at: at) else {
        throw bad("a boundary is not followed by a line's end")
      }
      // Before the line's end, since a part may have no headers.
      guard let blank = body.find(blankLine, from: at, within: 8_192) else {
        throw bad("the headers of a part do not end, or are too long")
      }
      let content = blank + blankLine.count
      // An empty part's separator begins with the blank line's own end.
      guard let end = body.find(separator, from: content - 2) else {
        throw bad("the last part does not end")
      }
      parts.append(
        try part(
          body.data(min(at + 2, blank)..<blank), body.data(content..<max(content, end))))
      guard parts.count <= maximumParts else { throw bad("it has too many parts") }
      at = end + separator.count
    }
    return parts
  }

  /// The first part of a name.
  subscript(_ name: String) -> Part? { parts.first { $0.name == name } }

  func all(_ name: String) -> [Part] { parts.filter { $0.name == name } }

  private static let newline = Array("\r\n".utf8)
  private static let blankLine = Array("\r\n\r\n".utf8)
  private static let dashes = Array("--".utf8)

  private static func bad(_ reason: String) -> ServerError {
    ServerError(.badRequest, "bad_multipart", "The multipart body cannot be read: \(reason).")
  }

  private static func part(_ headers: Data, _ content: Data) throws -> Part {
    guard let text = String(data: headers, encoding: .utf8) else {
      throw bad("the headers of a part are not text")
    }
    for line in text.components(separatedBy: "\r\n") {
      guard let colon = line.firstIndex(of: ":"),
        line[..<colon].trimmingCharacters(in: .whitespaces).lowercased() == "content-disposition"
      else { continue }
      let value = HeaderValue(String(line[line.index(after: colon)...]))
      guard value.main == "form-data", let name = value.parameters["name"] else { break }
      return Part(name: name, fileName: value.parameters["filename"], data: content)
    }
    throw bad("a part has no name")
  }
}

/// Looks for bytes among bytes, without a copy of any.
private struct ByteScanner {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  func at(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

  func begins(_ word: some Collection<UInt8>, at place: Int) -> Bool {
    place + word.count <= bytes.count && zip(bytes[place...], word).allSatisfy { $0 == $1 }
  }

  /// The first place of a word.
  /// - Parameter length: how far it may be away.
  func find(_ word: [UInt8], from place: Int, within length: Int = 1 << 40) -> Int? {
    guard let start = bytes.baseAddress, let first = word.first else { return nil }
    var at = place
    let last = min(bytes.count, place + length) - word.count
    while at <= last {
      guard let found = memchr(start + at, Int32(first), last - at + 1) else { return nil }
      at = UnsafeRawPointer(found) - start
      if memcmp(start + at, word, word.count) == 0 { return at }
      at += 1
    }
    return nil
  }

  func data(_ range: Range<Int>) -> Data { Data(bytes[range]) }
}

/// A header's value with parameters: `form-data; name="file"; filename="a.jpg"`.
struct HeaderValue {
  /// What stands before the first semicolon, in lower case.
  var main: String
  /// By their names in lower case.
  var parameters: [String: String] = [:]

  init(_ text: String) {
    var rest = Substring(text)
    main = rest.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    rest = rest.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest.dropFirst(name.count)
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst()
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let character = rest.first, character != "\"" {
          rest = rest.dropFirst()
          if character == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
            value.append(escaped)
            rest = rest.dropFirst()
          } else {
            value.append(character)
          }
        }
        rest = rest.dropFirst().drop { $0 != ";" }
      } else {
        value = rest.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        rest = rest.drop { $0 != ";" }
      }
      parameters[name.trimmingCharacters(in: .whitespaces).lowercased()] = value
    }
  }
}
