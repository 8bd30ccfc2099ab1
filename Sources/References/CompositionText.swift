import Foundation
import LikenessKit

/// "This person with that expression" as it is typed: `person:KR + expression:FE`,
/// `photo.jpg - expression:NE + 0.5*expression:HA`.
public struct CompositionText: Sendable, Equatable {
  /// What is added or taken away.
  public enum Operand: Sendable, Equatable {
    /// All that is labelled so; or else a record by its number, as in `face:12`.
    case label(key: String, value: String)
    /// A photo, or a person's name.
    case word(String)
  }

  /// An operand with its weight.
  public struct Term: Sendable, Equatable {
    /// Below 0 for what is taken away.
    public var weight: Float
    /// What is added or taken away.
    public var operand: Operand
    /// Where it begins in the text, 1 for the first letter.
    public var position: Int
  }

  /// As it was typed.
  public let text: String
  /// In the order in which they are written; never empty.
  public let terms: [Term]

  /// - Parameter text: terms with `+` or `-` between spaces; a term is a key and a value with a colon between
  ///   them, or a face, and may have a number and `*` before it. What has spaces or signs in it stands in
  ///   quotes; a quote that is meant itself has a backslash before it, `\"`, and so has a backslash before a quote.
  /// - Throws: `ComposeError.syntax`
  public init(_ text: String) throws(ComposeError) {
    self.text = text
    var parser = Parser(text)
    terms = try parser.terms()
  }
}

/// Reads a query from left to right.
private struct Parser {
  private typealias Term = CompositionText.Term

  /// As it is read.
  private let text: [Character]
  /// As it was typed, of the same length.
  private let typed: [Character]
  private var index = 0

  init(_ text: String) {
    typed = Array(text)
    // The minus sign of typesetters is one, too, and curly quotes are quotes.
    self.text = text.map { character in
      switch character {
      case "\u{2212}", "\u{2013}": "-"
      case "\u{201C}", "\u{201D}", "\u{201E}": "\""
      default: character
      }
    }
  }

  mutating func terms() throws(ComposeError) -> [CompositionText.Term] {
    var terms: [Term] = []
    skipSpaces()
    var sign: Float = 1
    if let first = self.sign(at: index) {
      sign = first
      index += 1
      skipSpaces()
    }
    while true {
      terms.append(try term(sign))
      skipSpaces()
      guard index < text.count else { return terms }
      guard let next = self.sign(at: index) else { throw expected("+ or -") }
      sign = next
      index += 1
      skipSpaces()
    }
  }

  private func sign(at index: Int) -> Float? {
    guard index < text.count else { return nil }
    return text[index] == "+" ? 1 : text[index] == "-" ? -1 : nil
  }

  private mutating func skipSpaces() {
    while index < text.count, text[index].isWhitespace { index += 1 }
  }

  private func expected(_ what: String, at place: Int? = nil) -> ComposeError {
    let place = place ?? index
    let found = place < text.count ? "\"\(text[place])\"" : "the end"
    return .syntax(String(typed), position: place + 1, expected: what, found: found)
  }

  private mutating func term(_ sign: Float) throws(ComposeError) -> Term {
    let wanted = "a label such as person:KR, a photo, or a face such as face:12"
    guard index < text.count, self.sign(at: index) == nil else { throw expected(wanted) }
    let start = index
    let weight = try self.weight()
    if weight != nil {
      skipSpaces()
      guard index < text.count else { throw expected(wanted) }
    }
    let word = try word()
    guard !word.text.isEmpty else { throw expected(wanted, at: word.start) }
    let operand: CompositionText.Operand
    if let colon = word.colon {
      let key = trimmed(word.text[..<colon])
      let value = trimmed(word.text[(colon + 1)...])
      guard !key.isEmpty else {
        throw expected("a key such as person before the colon", at: word.start)
      }
      guard !value.isEmpty else { throw expected("a value after \(key):") }
      operand = .label(key: key, value: value)
    } else {
      operand = .word(trimmed(word.text[...]))
    }
    return Term(weight: sign * (weight ?? 1), operand: operand, position: start + 1)
  }

  private func trimmed(_ text: ArraySlice<Character>) -> String {
    String(text).trimmingCharacters(in: .whitespaces).precomposedStringWithCanonicalMapping
  }

  /// A number with `*` behind it. Without that, a word may begin with a number.
  private mutating func weight() throws(ComposeError) -> Float? {
    var end = index
    while end < text.count, text[end].isASCII, text[end].isNumber || text[end] == "." { end += 1 }
    var star = end
    while star < text.count, text[star].isWhitespace { star += 1 }
    guard star < text.count, text[star] == "*", star == index || end > index else { return nil }
    guard let weight = Float(String(text[index..<end])), weight > 0, weight <= 1000 else {
      throw expected("a weight from 0 to 1000 before *")
    }
    index = star + 1
    return weight
  }

  /// Up to the next space that is not in quotes, without the quotes.
  private mutating func word() throws(ComposeError) -> (text: [Character], colon: Int?, start: Int)
  {
    let start = index
    var (word, colon) = ([Character](), Int?.none)
    while index < text.count, !text[index].isWhitespace {
      let character = text[index]
      if character == "\"" {
        let quote = index
        index += 1
        while index < text.count, text[index] != "\"" {
          skipBackslash()
          word.append(typed[index])
          index += 1
        }
        guard index < text.count else { throw expected("a \" that ends this one", at: quote) }
      } else if character == "+" {
        throw expected("a space before and after +, or quotes around the word")
      } else {
        if character == ":", colon == nil { colon = word.count }
        skipBackslash()
        word.append(typed[index])
      }
      index += 1
    }
    return (word, colon, start)
  }

  /// A backslash that says that the quote or backslash after it is meant itself. Any other is one.
  private mutating func skipBackslash() {
    guard text[index] == "\\", index + 1 < text.count, "\"\\".contains(text[index + 1]) else {
      return
    }
    index += 1
  }
}
