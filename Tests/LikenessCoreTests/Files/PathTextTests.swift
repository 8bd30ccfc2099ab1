import LikenessCore
import TestSupport
import Testing

@Suite struct PathTextTests {
  @Test(arguments: [
    ("plain.jpg", "plain.jpg"), ("김연아 \"x\" 😀.webp", "김연아 \"x\" 😀.webp"),
    ("back\\slash\\x41.jpg", "back\\slash\\x41.jpg"), ("a\\xE9.jpg", "a\\x5CxE9.jpg"),
    ("a\\x5C.jpg", "a\\x5Cx5C.jpg"), ("", ""),
  ]) func `valid UTF-8 is written as it is`(path: String, text: String) {
    #expect(PathText.text(of: Array(path.utf8)) == text)
    #expect(PathText.bytes(of: text) == Array(path.utf8))
  }

  @Test func `bytes that are no UTF-8 are escaped`() {
    let latin = Array("caf".utf8) + [0xE9] + Array(".jpg".utf8)
    #expect(PathText.text(of: latin) == "caf\\xE9.jpg")
    #expect(PathText.bytes(of: "caf\\xE9.jpg") == latin)
    // A surrogate, an overlong slash, a character that is cut short.
    for bytes in [[0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xE3, 0x81], [0x80]] as [[UInt8]] {
      let text = PathText.text(of: bytes)
      #expect(text.allSatisfy(\.isASCII) && PathText.bytes(of: text) == bytes)
    }
  }

  @Test func `every path has a text of its own, which leads back to it`() {
    var random = SplitMix64(seed: 9)
    let alphabet: [UInt8] = [0x5C, 0x78, 0x45, 0x39, 0x35, 0x43, 0xE9, 0xC3, 0xA9, 0x80, 0x2F]
    var paths: [String: [UInt8]] = [:]
    for _ in 0..<20_000 {
      let path = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      let text = PathText.text(of: path)
      #expect(PathText.bytes(of: text) == path)
      #expect(paths.updateValue(path, forKey: text).map { $0 == path } ?? true)
    }
  }
}
