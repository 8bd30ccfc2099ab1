extension Unicode.Scalar {
  /// Whether it breaks a line or is another control character, such as the escape that begins a terminal's commands.
  package var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension String {
  /// Control characters written as Swift writes them, such as `\n` and `\u{1B}`, so that the text stays in its line and
  /// a terminal shows it as it is.
  package var escapingControls: String { escaping { $0.isControl } }

  /// The same for a text of several lines, which it keeps.
  package var escapingControlsInLines: String {
    escaping { $0.isControl && $0 != "\n" }
  }

  private func escaping(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if isEscaped(scalar) {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
