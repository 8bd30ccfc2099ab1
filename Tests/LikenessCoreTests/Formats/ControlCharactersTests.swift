import LikenessCore
import Testing

@Suite struct ControlCharactersTests {
  @Test func controlCharactersAreEscaped() {
    #expect("esc\u{1B}[31mred".escapingControls == #"esc\u{1B}[31mred"#)
    #expect("a\tb\r\nc\u{7F}".escapingControls == #"a\tb\r\nc\u{7F}"#)
    #expect("a\u{2028}b".escapingControls == #"a\u{2028}b"#)
    #expect("a\tb\nc".escapingControlsInLines == "a\\tb\nc")
  }

  @Test(arguments: ["", #"caf\xE9 "x".jpg"#, "かな", "👩\u{200D}💻", "עמר"])
  func otherTextStays(text: String) {
    #expect(text.escapingControls == text && text.escapingControlsInLines == text)
  }
}
