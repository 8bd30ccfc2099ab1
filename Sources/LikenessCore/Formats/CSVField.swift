import Foundation

extension String {
  /// As a field of a CSV file (RFC 4180): in quotes where it has a comma, a quote or a line break.
  ///
  /// A text that a spreadsheet would take for a formula, as it begins with =, +, - or @, gets an apostrophe before it, which
  /// spreadsheets take for the mark of a text; so does one that has such apostrophes already. Numbers are left as they are.
  package var csvField: String { looksLikeFormula ? ("'" + self).quotedField : quotedField }

  /// A text of which `csvField` made a field.
  package var fromCSVField: String {
    hasPrefix("'") && String(dropFirst()).looksLikeFormula ? String(dropFirst()) : self
  }

  private var looksLikeFormula: Bool {
    let text = drop { $0 == "'" }
    guard let first = text.unicodeScalars.first else { return false }
    // Full-width forms are the same to spreadsheets of East Asia; a tab or a line break before the sign is passed over.
    guard "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else { return false }
    return text.count < count || Double(text) == nil
  }

  /// By scalars, as a file is read: a comma with an accent over it separates fields, too.
  private var quotedField: String {
    let isPlain = !unicodeScalars.contains {
      $0 == "," || $0 == "\"" || $0 == "\u{FEFF}" || Character($0).isNewline
    }
    if isPlain { return self }
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}
