import Foundation

extension String {
  /// As a field of a CSV file (RFC 4180): in quotes where it has a comma, a quote or a line break.
  package var csvField: String {
    guard contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return self }
    return "\"" + replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
