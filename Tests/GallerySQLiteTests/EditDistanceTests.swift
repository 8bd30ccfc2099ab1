import Testing

@testable import GalleryCore

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("ab", "ba", 1), ("obama", "obmaa", 1), ("ca", "abc", 3), ("abcdef", "abcdef", 0),
    ("saturday", "sunday", 3), ("zoë", "zoe", 1),
  ]) func knownDistances(_ a: String, _ b: String, _ expected: Int) {
    #expect(NameLookup.editDistance(Array(a), Array(b)) == expected)
    #expect(NameLookup.editDistance(Array(b), Array(a)) == expected)
  }

  @Test func severalThatAreAlikeAreTold() {
    let names = ["Zoë", "Zoe", "jose_ramos", "José"]
    #expect(NameLookup("zoe", among: names) == .ambiguous(["Zoe", "Zoë"]))
    #expect(NameLookup("Zoe", among: names) == .found("Zoe"))
    #expect(NameLookup("Jose Ramos", among: names) == .found("jose_ramos"))
    #expect(NameLookup("Jose\u{301}", among: names) == .found("José"))
    #expect(NameLookup("", among: names) == .unknown(nearSpellings: []))
    #expect(NameLookup("zoe", among: []) == .unknown(nearSpellings: []))
  }
}
