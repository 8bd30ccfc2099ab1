import Testing

@testable import GalleryCore

@Suite struct NameLookupTests {
  private let names = ["Barack Obama", "Joe Biden", "joe biden", "José", "obama2"]

  @Test func exactNamesWin() {
    #expect(NameLookup("joe biden", among: names) == .found("joe biden"))
    #expect(NameLookup("Barack Obama", among: names) == .found("Barack Obama"))
  }

  @Test func caseAccentsAndUnderscoresDoNotMatter() {
    #expect(NameLookup("barack_obama", among: names) == .found("Barack Obama"))
    #expect(NameLookup("jose", among: names) == .found("José"))
    #expect(NameLookup("JOE BIDEN", among: names) == .ambiguous(["Joe Biden", "joe biden"]))
  }

  @Test(arguments: ["\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{200F}", "\u{061C}"])
  func namesTurnNoDirection(control: String) {
    let code = String(control.unicodeScalars.first!.value, radix: 16, uppercase: true)
    do throws(GalleryError) {
      _ = try GalleryNames.usable("Ann" + control + "boB", "/g")
      Issue.record("a name with \(code)")
    } catch {
      #expect("\(error)".contains("invisible bidirectional control U+"), "\(error)")
      #expect("\(error)".hasSuffix(code), "\(error)")
    }
    #expect(GalleryNames.cleaned("Ann" + control + "boB") == "AnnboB")
  }

  @Test(arguments: [
    "Ann\nBob", "tab\there", "esc\u{1B}[31mred", "a\r\nb", "a\u{85}b", "a\u{2028}b", "a\u{2029}b",
  ])
  func namesAreOfOneLine(name: String) {
    let error = #expect(throws: GalleryError.self) { try GalleryNames.usable(name, "/g") }
    #expect(
      error.map { "\($0)".contains("a name with a line break or another control character") }
        == true)
    let clean = GalleryNames.cleaned(name)
    #expect(GalleryNames.fault(of: clean) == nil)
    #expect(!clean.isEmpty && clean.unicodeScalars.allSatisfy(name.unicodeScalars.contains))
  }

  @Test(arguments: ["a\nb", "tab\there", "esc\u{1B}[31mred"])
  func labelsHaveNoControlCharacters(text: String) {
    for part in ["key", "value"] {
      let error = #expect(throws: GalleryError.self) { try LabelRules.usable(text, part, "/g") }
      let reason = "a label's \(part) with a line break or another control character"
      #expect(error.map { "\($0)".contains(reason) } == true)
    }
  }

  @Test func namesHaveAtMost200Letters() throws {
    // Each is two scalars that become one.
    let longest = String(repeating: "e\u{301}", count: 200)
    #expect(try GalleryNames.usable(longest, "/g").unicodeScalars.count == 200)
    #expect(GalleryNames.cleaned(longest) == longest)
    let error = #expect(throws: GalleryError.self) { try GalleryNames.usable(longest + "e", "/g") }
    #expect(error.map { "\($0)".contains("a name of more than 200 letters") } == true)
    #expect(GalleryNames.cleaned(longest + "e") == longest)
    // What is one letter to the reader is not cut in two.
    let family = "👩\u{200D}👧"
    let start = String(repeating: "a", count: 198)
    #expect(GalleryNames.cleaned(start + family) == start)
  }

  @Test(arguments: ["می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}💻", "שלום", "عمر"])
  func namesOfAnyScriptAreUsable(name: String) throws {
    #expect(
      try GalleryNames.usable(name, "/g") == name.precomposedStringWithCanonicalMapping)
  }

  @Test func misspeltNamesAreHinted() {
    #expect(NameLookup("Barak Obana", among: names) == .unknown(nearSpellings: ["Barack Obama"]))
    #expect(
      NameLookup("obama", among: names) == .unknown(nearSpellings: ["Barack Obama", "obama2"]))
    #expect(NameLookup("Bidn", among: ["Joe Biden"]) == .unknown(nearSpellings: ["Joe Biden"]))
    #expect(NameLookup("xyz", among: names) == .unknown(nearSpellings: []))
  }

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("abc", "abc", 0),
    ("obama", "obmaa", 1),
  ]) func editDistances(_ a: String, _ b: String, _ expected: Int) {
    #expect(NameLookup.editDistance(Array(a), Array(b)) == expected)
    #expect(NameLookup.editDistance(Array(b), Array(a)) == expected)
  }
}
