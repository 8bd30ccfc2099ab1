/// Reads a script as Neo4j's shell does: statements end with a semicolon that is in no string and no
/// comment.
public enum CypherShell {
  public static func statements(_ script: String) -> [String] {
    var result: [String] = []
    var statement = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    var isComment = false
    var isEscaped = false
    var previous: Unicode.Scalar?
    for scalar in script.unicodeScalars {
      defer { previous = scalar }
      if isComment {
        if scalar == "\n" { isComment = false }
        continue
      }
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else if scalar == open {
          quote = nil
        }
      } else if scalar == "'" || scalar == "\"" || scalar == "`" {
        quote = scalar
      } else if scalar == "/", previous == "/" {
        statement.removeLast()
        isComment = true
        continue
      } else if scalar == ";" {
        result.append(trimmed(statement))
        statement = String.UnicodeScalarView()
        continue
      }
      statement.append(scalar)
    }
    let rest = trimmed(statement)
    return rest.isEmpty ? result : result + [rest]
  }

  private static func trimmed(_ text: String.UnicodeScalarView) -> String {
    let start = text.drop { $0.properties.isWhitespace }
    return String(start)
  }
}
