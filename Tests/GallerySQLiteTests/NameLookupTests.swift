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
