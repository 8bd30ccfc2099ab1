import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import LikenessKit

/// Names that the user gave to people are names for every question.
@Suite struct NamesTests {
  /// Three photos of each of four people, of whom the first were added as Ada, and the second were named Bob.
  private func withBob(_ work: (Likeness) throws -> Void) throws {
    try withMadeGallery((0..<12).map { [$0 % 4] }, names: [0: "Ada"]) { likeness in
      let people = try likeness.people.list().people
      let bob = try #require(people.first { $0.faces.contains { $0.face == 2 } })
      #expect(bob.faces.map(\.face) == [2, 6, 10])
      _ = try likeness.people.name(bob.id, as: "Bob")
      try work(likeness)
    }
  }

  @Test func `questions know them`() throws {
    try withBob { likeness in
      for name in ["Bob", "bob"] {
        let found = try likeness.nearest(to: name, Question(grouping: .photo)).map(\.face)
        #expect(Set(found) == [1, 3, 4, 5, 7, 8, 9, 11, 12])
        #expect(try References(likeness).probe(name).faces.count == 3)
        #expect(
          try Set(likeness.links.same(References(likeness).same(name))[0].found.map(\.face)) == [
            2, 6, 10,
          ])
      }
      #expect(
        try likeness.verify(likeness.probe(name: "Bob"), likeness.probe(name: "Ada")).same == false)
      let error = LikenessError.unknownName("Bobb", nearSpellings: ["Bob"])
      #expect(throws: error) { try likeness.nearest(to: "Bobb") }
      #expect(throws: error) { try References(likeness).removal(["Bobb"]) }
      #expect(throws: error) { try References(likeness).same("Bobb") }
      #expect(throws: LikenessError.unknownProbe("Bobb", nearSpellings: ["Bob"])) {
        try References(likeness).probe("Bobb")
      }
    }
  }

  /// One who has a name is one answer, however many faces were added without.
  @Test func `answers bear them`() throws {
    try withBob { likeness in
      let matches = try likeness.nearest(to: "Ada")
      #expect(matches.filter { $0.name == "Bob" }.count == 1 && matches.count == 7)
      let embedding = try #require(
        try GalleryStore(at: likeness.gallery.folder, access: .read).embedding(face: 6))
      #expect(try likeness.search(embedding)[0].name == "Bob")
      _ = try likeness.people.name(References(likeness).person("Ada"), as: "Eve")
      #expect(try likeness.nearest(to: "Bob").contains { $0.name == "Eve" })
    }
  }

  /// A face without a name of its own is called as its person is for other faces, in answers and in the list of people.
  @Test func `an answer says whom it knows`() throws {
    try withMadeGallery((0..<12).map { [$0 % 4] }) { likeness in
      try likeness.names.assign("Ada", to: 1)
      let ada = try #require(try likeness.people.list().people.first { $0.name == "Ada" })
      #expect(ada.faces.map(\.face) == [1, 5, 9] && !ada.given)
      let embedding = try likeness.faces.embedding(of: 5)
      let matches = try likeness.search(embedding, Question(count: 12))
      #expect(matches[0].face == 5 && matches[0].name == "Ada" && matches[0].label == "Ada")
      // She is one answer, all others are without a name.
      #expect(matches.count { $0.name == "Ada" } == 1 && matches.count == 10)
      #expect(try likeness.faces.entry(5).name == nil)
      #expect(try likeness.probe(person: ada.id).title == "Ada")
      func called() throws -> Set<FaceID> {
        let all = try likeness.search(embedding, Question(count: 12, grouping: .photo))
        return Set(all.filter { $0.name == "Ada" }.map(\.face))
      }
      #expect(try called() == [1, 5, 9])
      // Whoever is not Ada is not called so.
      try likeness.people.tell(9, apartFrom: ada.id)
      #expect(try called() == [1, 5])
    }
  }

  @Test func `a person goes with all of the faces`() throws {
    try withBob { likeness in
      var faces = MadeFaces(seed: 31)
      for _ in 0..<50 { _ = faces.photo(of: []) }
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        try store.add([faces.photo(of: [1]), faces.photo(of: [0])], model: "test")
      }
      // The photo that came since is found out to be of the same person first.
      let receipt = try likeness.remove(References(likeness).removal(["bob"]))
      #expect(receipt.faces == [2, 6, 10, 13] && receipt.photos.count == 4)
      #expect(receipt.names == ["Bob"])
      #expect(throws: LikenessError.unknownName("Bob", nearSpellings: [])) {
        try likeness.nearest(to: "Bob")
      }
      #expect(try likeness.people.list().people.count == 3)
    }
  }

  @Test func `a name for both is one`() throws {
    try withMadeGallery((0..<6).map { [$0 % 2] }, names: [0: "Ada"]) { likeness in
      let other = try #require(
        try likeness.people.list().people.first { $0.faces.contains { $0.face == 2 } })
      _ = try likeness.people.name(other.id, as: "Ada")
      #expect(try likeness.probe(name: "Ada").faces.count == 6)
      #expect(try likeness.remove(Removal(names: ["Ada"])).faces == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func `same is asked about a face as edits are`() throws {
    try withMadeGallery([[0, 1], [0], [1], [1]]) { likeness in
      let references = References(likeness)
      for text in ["face:2", "FACE:2", "/photos/1.jpg#2", "1.jpg#2"] {
        let people = try likeness.links.same(references.same(text))
        #expect(people.map(\.query) == ["/photos/1.jpg#2"])
        #expect(Set(people[0].found.map(\.face)) == [2, 4, 5])
        #expect(people[0].found[0].face == 2 && people[0].found[0].chain.isEmpty)
      }
      #expect(try likeness.links.same(references.same("face:3")).map(\.query) == ["/photos/2.jpg"])
      for text in ["face:77"] {
        #expect(throws: LikenessError.unknownFace(77)) { try references.same(text) }
      }
      #expect(throws: LikenessError.severalFaces(path: "1.jpg", count: 2)) {
        try references.same("1.jpg#3")
      }
      // The same way of writing for edits.
      let people = try likeness.people.list().people
      let person = try #require(people.first { $0.faces.contains { $0.face == 4 } })
      let face = try references.face("face:4", of: person.id)
      #expect(try likeness.people.split(person.id, faces: [face]).edit.faces == [4])
    }
  }

  @Test func `a name that is a number counts more than a face`() throws {
    try withMadeGallery([[0], [1], [0], [1]], names: [0: "2"]) { likeness in
      let references = References(likeness)
      try #expect(likeness.links.same(references.same("2"))[0].query == "2")
      try #expect(likeness.links.same(references.same("face:2"))[0].query == "/photos/2.jpg")
    }
  }

  @Test func `a filter takes them as people type them`() throws {
    try withMadeGallery((0..<6).map { [$0 % 2] }, names: [0: "José_Pérez", 1: "Ada"]) { likeness in
      var question = Question(grouping: .photo)
      for (text, faces) in [
        ("jose perez", [1, 3, 5] as Set<FaceID>), ("Ada", [2, 4, 6]), ("Adx", []),
      ] {
        question.filter.names = [text]
        let found = try likeness.search(try likeness.faces.embedding(of: 1), question)
        #expect(Set(found.map(\.face)) == faces, "\(text)")
      }
    }
  }
}
