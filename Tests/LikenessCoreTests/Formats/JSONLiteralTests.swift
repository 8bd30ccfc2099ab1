import Foundation
import Testing

@testable import LikenessCore

@Suite struct JSONLiteralTests {
  @Test(arguments: [
    "", "Ann", "O'\"Neil\\", "a\nb\rc\td", "\0\u{1F}\u{7F}", "</script>&\u{2028}", "김철수 👩‍👩‍👧",
  ])
  func itIsReadBack(_ text: String) throws {
    let data = Data("[\(text.jsonLiteral)]".utf8)
    #expect(try JSONDecoder().decode([String].self, from: data) == [text])
  }
}
