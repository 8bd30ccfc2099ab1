import LikenessKit
import Testing

@testable import References

@Suite struct CompositionTextTests {
  private typealias Term = CompositionText.Term

  @Test func termsHaveSignsWeightsAndQuotes() throws {
    let query = try CompositionText(
      "person:KR + 0.5*expression:HA - 2 * expression:\"very sad\"  −  \"my photo + 1.jpg\" + face:12"
    )
    #expect(
      query.terms == [
        Term(weight: 1, operand: .label(key: "person", value: "KR"), position: 1),
        Term(weight: 0.5, operand: .label(key: "expression", value: "HA"), position: 13),
        Term(weight: -2, operand: .label(key: "expression", value: "very sad"), position: 33),
        Term(weight: -1, operand: .word("my photo + 1.jpg"), position: 63),
        Term(weight: 1, operand: .label(key: "face", value: "12"), position: 84),
      ])
    #expect(try CompositionText("- pose:left").terms.map(\.weight) == [-1])
    // What is in quotes is not a key, and a word may begin with a number or have a sign in it.
    #expect(try CompositionText("\"a:b.jpg\"").terms[0].operand == .word("a:b.jpg"))
    #expect(
      try CompositionText("2pac + person:Jean-Luc").terms.map(\.operand) == [
        .word("2pac"), .label(key: "person", value: "Jean-Luc"),
      ])
  }

  /// What is typed for a quote, and what is not touched: signs and curly quotes within a word.
  @Test(arguments: [
    (#"na\"me:x"#, "na\"me", "x"), (#""na\"me":"a \"b\" c""#, "na\"me", "a \"b\" c"),
    (#"k:a\b"#, "k", #"a\b"#), (#"k:a\\"#, "k", #"a\"#), (#"k:"a\\""#, "k", #"a\"#),
    (#"k:\“a\”"#, "k", "“a”"), ("k:\"1914–1918\"", "k", "1914–1918"), ("k:a–b", "k", "a–b"),
  ])
  func quotesCanBeMeant(_ text: String, _ key: String, _ value: String) throws {
    #expect(try CompositionText(text).terms.map(\.operand) == [.label(key: key, value: value)])
  }

  @Test(arguments: [
    ("", 1, "a label"), ("   ", 4, "a label"), ("person:KR +", 12, "a label"),
    ("person:KR expression:FE", 11, "+ or -"), ("person:", 8, "a value after person:"),
    (":KR", 1, "a key"), ("person:KR+expression:FE", 10, "a space before and after +"),
    ("person:\"KR", 8, "a \" that ends"), ("0*person:KR", 1, "a weight"),
    ("*person:KR", 1, "a weight"),
    ("1.2.3*person:KR", 1, "a weight"), ("person:KR + + x", 13, "a label"), ("\"\"", 1, "a label"),
  ])
  func errorsTellWhereAndWhat(_ text: String, _ position: Int, _ expected: String) {
    let error = #expect(throws: ComposeError.self) { try CompositionText(text) }
    guard case .syntax(_, let place, let what, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == position && what.contains(expected), "\(place): \(what)")
  }
}
