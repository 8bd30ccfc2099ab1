import Foundation

/// The parts of a `multipart/form-data` body (RFC 7578).
struct MultipartForm {
  struct Part {
    var name: String
    /// As the client called it; nil for a part that is no file.
    var fileName: String?
    var data: Data

    var text: String? { String(data: data, encoding: .utf8) }
  }

  private(set) var parts: [Part] = []

  /// More would be a mistake, or meant to hurt.
  static let mostParts = 1_000

  /// - Throws: `ServerError` with the code `bad_multipart`
  init(_ body: Data, boundary: String) throws {
    let bytes = body
    let delimiter = Data("--\(boundary)".utf8)
    guard let first = bytes.range(of: delimiter),
      first.lowerBound == bytes.startIndex || Self.endsLine(bytes, first.lowerBound)
    else {
      throw Self.bad("it does not begin with its boundary")
    }
    let separator = Data("\r\n--\(boundary)".utf8)
    var at = first.upperBound
    while true {
      let rest = bytes[at...]
      if rest.starts(with: Data("--".utf8)) { return }
      // Spaces may follow a boundary.
      guard let line = rest.range(of: Self.newline),
        rest[..<line.lowerBound].allSatisfy({ $0 == 0x20 || $0 == 0x09 })
      else {
        throw Self.bad("a boundary is not followed by a line's end")
      }
      let start = line.upperBound
      // A part without headers begins with an empty line.
      let headers: Data
      let content: Data.Index
      if bytes[start...].starts(with: Self.newline) {
        (headers, content) = (Data(), start + 2)
      } else {
        guard let blank = bytes[start...].range(of: Self.blankLine) else {
          throw Self.bad("the headers of a part do not end")
        }
        guard blank.lowerBound - start <= 8_192 else {
          throw Self.bad("the headers of a part are too long")
        }
        (headers, content) = (bytes[start..<blank.lowerBound], blank.upperBound)
      }
      // An empty part's separator begins with the blank line's own end.
      let end: Range<Data.Index>
      if bytes[(content - 2)...].starts(with: separator) {
        end = (content - 2)..<(content - 2 + separator.count)
      } else if let found = bytes[content...].range(of: separator) {
        end = found
      } else {
        throw Self.bad("the last part does not end")
      }
      parts.append(try Self.part(headers, bytes[content..<max(content, end.lowerBound)]))
      guard parts.count <= Self.mostParts else { throw Self.bad("it has too many parts") }
      at = end.upperBound
    }
  }

  /// The first part of a name.
  subscript(_ name: String) -> Part? { parts.first { $0.name == name } }

  func all(_ name: String) -> [Part] { parts.filter { $0.name == name } }

  private static let newline = Data("\r\n".utf8)
  private static let blankLine = Data("\r\n\r\n".utf8)

  private static func endsLine(_ bytes: Data, _ place: Data.Index) -> Bool {
    place - bytes.startIndex >= 2 && bytes[place - 1] == 0x0A
  }

  private static func bad(_ reason: String) -> ServerError {
    ServerError(.badRequest, "bad_multipart", "The multipart body cannot be read: \(reason).")
  }

  private static func part(_ headers: Data, _ content: Data) throws -> Part {
    guard let text = String(data: headers, encoding: .utf8) else {
      throw bad("the headers of a part are no text")
    }
    for line in text.components(separatedBy: "\r\n") {
      guard let colon = line.firstIndex(of: ":"),
        line[..<colon].trimmingCharacters(in: .whitespaces).lowercased() == "content-disposition"
      else { continue }
      let value = HeaderValue(String(line[line.index(after: colon)...]))
      guard value.main == "form-data", let name = value.parameters["name"] else { break }
      return Part(name: name, fileName: value.parameters["filename"], data: Data(content))
    }
    throw bad("a part has no name")
  }
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
