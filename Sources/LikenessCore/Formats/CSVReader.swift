/// A line of a CSV file that cannot be read.
package struct CSVError: Error, Equatable {
  /// From 1.
  package var line: Int
  package var reason: String
}

/// Reads comma-separated values as RFC 4180 describes them: quotes are doubled inside of quotes, and line breaks may stand in them.
/// Lines end with a line feed, a carriage return, or both.
package enum CSVReader {
  package struct Row {
    /// Where it begins in the text, from 1.
    package var line: Int
    package var fields: [String]
  }

  /// All rows, empty lines left out.
  package static func rows(of text: String) throws(CSVError) -> [Row] {
    var rows: [Row] = []
    var (line, start, quoteLine) = (1, 1, 0)
    var (fields, field): ([String], String) = ([], "")
    var (isQuoted, wasQuoted) = (false, false)
    func endRow() {
      if !(fields.isEmpty && field.isEmpty && !wasQuoted) {
        rows.append(Row(line: start, fields: fields + [field]))
      }
      (fields, field, wasQuoted) = ([], "", false)
    }
    // Scalars, as a carriage return and a line feed are one character; a mark of byte order is not text.
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    if next == "\u{FEFF}" { next = scalars.next() }
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\"" where isQuoted && next == "\"":
        field.append("\"")
        next = scalars.next()
      case "\"" where isQuoted:
        isQuoted = false
      case "\"" where field.isEmpty && !wasQuoted:
        (isQuoted, wasQuoted, quoteLine) = (true, true, line)
      case "\"":
        throw CSVError(line: line, reason: "a quote in the middle of a field")
      case "," where !isQuoted:
        fields.append(field)
        (field, wasQuoted) = ("", false)
      case "\r" where !isQuoted && next == "\n":
        break
      case "\n" where !isQuoted, "\r" where !isQuoted:
        endRow()
        line += 1
        start = line
      default:
        if wasQuoted, !isQuoted {
          throw CSVError(line: line, reason: "text behind a closing quote")
        }
        if scalar == "\n" { line += 1 }
        field.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted else { throw CSVError(line: quoteLine, reason: "the quote is never closed") }
    endRow()
    return rows
  }
}
