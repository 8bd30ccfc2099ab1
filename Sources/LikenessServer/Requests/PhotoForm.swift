import Foundation

/// Photos to be added, and what is said of all of them.
struct PhotoForm: Sendable {
  let files: [MultipartForm.Part]
  let name: String?
  let labels: [String: String]

  /// - Parameter maximumFiles: how many may come at once.
  /// - Throws: `ServerError`
  init(_ form: MultipartForm, maximumFiles: Int) throws {
    files = form.all("file").filter { !($0.fileName == nil && $0.data.isEmpty) }
    guard !files.isEmpty else { throw ServerError.missingPart("file") }
    guard files.count <= maximumFiles else {
      throw ServerError(
        .contentTooLarge, "too_many_files",
        "A request may bring \(maximumFiles) files at most.")
    }
    name = try form["name"].flatMap { try Self.name($0) }
    labels = try form["labels"].map { try Self.labels($0) } ?? [:]
  }

  private static func name(_ part: MultipartForm.Part) throws -> String? {
    guard let text = part.text else { throw ServerError.badParameter("name", "text in UTF-8") }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return name.isEmpty ? nil : try PersonName(name).text
  }

  private static func labels(_ part: MultipartForm.Part) throws -> [String: String] {
    guard let labels = try? JSONDecoder().decode([String: String].self, from: part.data) else {
      throw ServerError.badParameter("labels", "a JSON object of texts")
    }
    return labels
  }
}

extension MultipartForm.Part {
  /// What the file is called, of what a client said: no folders, one line, not too long.
  var title: String {
    let last = (fileName ?? "").split { $0 == "/" || $0 == "\\" }.last.map { String($0) } ?? ""
    let plain = String(
      String.UnicodeScalarView(
        last.unicodeScalars.filter {
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
        }))
    let short = String(plain.prefix(150)).trimmingCharacters(in: .whitespaces)
    return short.allSatisfy { $0 == "." } ? "photo" : short.precomposedStringWithCanonicalMapping
  }
}
