import Clustering
import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct PeopleTests {
  /// A gallery of some of the sample photos.
  private func withGallery(
    _ photos: [String], _ work: (Likeness, URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      let likeness = Likeness(gallery: home)
      if !photos.isEmpty { try likeness.add(photos.map { Samples.photo($0) }) }
      try work(likeness, home)
    }
  }

  @Test func aGalleryOfNobodyHasNoPeople() throws {
    try withGallery([]) { likeness, _ in
      for algorithm in ClusteringAlgorithm.allCases {
        let list = try likeness.people.list(algorithm: algorithm, again: true)
        #expect(list.people.isEmpty && list.kept)
      }
      let suggestions = try likeness.people.suggestions()
      #expect(suggestions.isEmpty)
      #expect(throws: LikenessError.unknownPerson(1)) { try likeness.people.name(1, as: "Ann") }
      #expect(try likeness.people.undo() == nil && likeness.people.history().items.isEmpty)
    }
  }

  @Test func oneFaceIsOnePerson() throws {
    try withGallery(["obama.jpg"]) { likeness, _ in
      for algorithm in ClusteringAlgorithm.allCases {
        let people = try likeness.people.list(algorithm: algorithm).people
        #expect(people.count == 1 && people[0].name == "obama" && !people[0].given)
      }
      let suggestions = try likeness.people.suggestions()
      #expect(suggestions.isEmpty)
      let references = References(likeness)
      #expect(try likeness.people.name(references.person("obama"), as: "Barack") != nil)
      #expect(try likeness.people.list().people[0].given)
      let barack = try references.person("Barack")
      let face = try references.face("obama.jpg", of: barack)
      #expect(throws: GalleryError.self) { try likeness.people.tell(face, apartFrom: barack) }
      #expect(throws: GalleryError.self) { try likeness.people.split(1, faces: [1]) }
      #expect(throws: GalleryError.self) { try likeness.people.merge([1, barack]) }
    }
  }

  @Test func twoFacesAreOnePersonOrTwo() throws {
    for (other, count) in [("obama2.jpg", 1), ("biden.jpg", 2)] {
      try withGallery(["obama.jpg", other]) { likeness, _ in
        let people = try likeness.people.list().people
        #expect(people.count == count)
        #expect(people.flatMap(\.faces).map(\.face).sorted() == [1, 2])
      }
    }
  }

  @Test func newPhotosJoinWhoIsThere() throws {
    try withGallery(["obama.jpg", "biden.jpg", "obama2.jpg"]) { likeness, home in
      let before = try likeness.people.list().people
      #expect(before.map(\.faces.count) == [2, 1])
      let store = try GalleryStore(at: home, access: .read)
      let revision = try store.revision()
      // What is kept is used.
      #expect(try likeness.people.list().people == before)
      #expect(try store.revision() == revision)
      try likeness.add([Samples.photo("obama_partial_face.jpg")])
      #expect(try store.people().flatMap(\.faces).count == 3)
      let after = try likeness.people.list().people
      #expect(after.map(\.id) == before.map(\.id) && after.flatMap(\.faces).count == 4)
      #expect(try likeness.people.list(again: true).people == after)
    }
  }

  @Test func whatTheUserSaidOutlastsClustering() throws {
    try withGallery(["obama.jpg", "biden.jpg", "obama2.jpg"]) { likeness, _ in
      let first = try likeness.people.list().people
      let obama = first[0].id
      let references = References(likeness)
      let made = try likeness.people.tell(
        references.face("obama2.jpg", of: obama), apartFrom: obama)
      #expect(try likeness.people.list(again: true).people.count == 3)
      #expect(throws: GalleryError.self) { try likeness.people.merge([obama, made.person]) }
      for pair in try likeness.people.suggestions() {
        #expect(Set([pair.first.id, pair.second.id]) != [first[0].id, made.person])
      }
      try likeness.people.merge([obama, references.person("biden")], name: "Both")
      for algorithm in ClusteringAlgorithm.allCases {
        let people = try likeness.people.list(algorithm: algorithm, again: true).people
        #expect(people.map(\.faces.count) == [2, 1] && people[0].name == "Both")
      }
      #expect(try likeness.people.history().items.count == 2)
      #expect(try likeness.people.undo()?.kind == .merge)
      #expect(try likeness.people.undo()?.kind == .apart)
      let people = try likeness.people.list(algorithm: .likeness, again: true).people
      #expect(people.map(\.faces) == first.map(\.faces))
    }
  }

  @Test func peopleAndFacesAreFoundAsTheyAreWritten() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { likeness, _ in
      let people = try likeness.people.list().people
      let id = try #require(people.first { $0.name == "biden" }).id
      let references = References(likeness)
      for text in [id.reference, "biden", "Biden"] {
        _ = try likeness.people.name(references.person(text), as: "Joe")
        _ = try likeness.people.undo()
      }
      #expect(throws: LikenessError.unknownName("bidne", nearSpellings: ["biden"])) {
        try references.person("bidne")
      }
      #expect(throws: LikenessError.unknownPerson(77)) { try references.person("person:77") }
      try likeness.people.merge(references.people(["biden", "obama"]))
      for face in ["face:2", "biden.jpg", Samples.photo("biden.jpg").path + "#1"] {
        let split = try likeness.people.split(id, faces: [references.face(face, of: id)])
        #expect(split.edit.faces == [2])
        try likeness.people.undo()
      }
      #expect(throws: LikenessError.unknownFace(9)) { try references.face("face:9", of: id) }
      #expect(throws: LikenessError.unknownFace(9)) { try likeness.people.split(id, faces: [9]) }
      for face in ["none.jpg", "none.jpg#2"] {
        #expect(throws: LikenessError.self) { try references.face(face, of: id) }
      }
      #expect(throws: LikenessError.severalFaces(path: "biden.jpg", count: 1)) {
        try references.face("biden.jpg#2", of: id)
      }
    }
  }

  @Test func aNameOfSeveralIsNobodys() throws {
    try withGallery([]) { likeness, _ in
      var options = EnrolmentOptions()
      options.name = "Joe"
      try likeness.add([Samples.photo("obama.jpg"), Samples.photo("biden.jpg")], options)
      let ids = try likeness.people.list().people.map(\.id)
      let references = References(likeness)
      #expect(throws: LikenessError.severalPeople("joe", ids)) { try references.person("joe") }
      // Who was given the name is meant before others.
      _ = try likeness.people.name(references.person(ids[1].reference), as: "Joe")
      #expect(try likeness.people.name(references.person("Joe"), as: "Ann")?.people == [ids[1]])
    }
  }

  /// Two people in one photo: of its faces the one is meant that is taken for the person.
  @Test func theFaceOfAPersonInAPhotoOfSeveral() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { likeness, home in
      do {
        let store = try GalleryStore(at: home, access: .write)
        let faces = try store.faces(ids: [1, 2]).map { face, embedding in
          NewFace(
            name: nil, geometry: face.geometry, score: face.score, quality: face.quality,
            embedding: embedding, thumbnail: Data())
        }
        let model = try #require(try store.summary().model)
        try store.add(
          [
            NewPhoto(
              digest: "both", file: PhotoFile(path: "/photos/both.jpg", bytes: 1, modified: 0),
              width: 100, height: 100, turned: 0, faces: faces)
          ], model: model)
      }
      let people = try likeness.people.list().people
      #expect(people.map(\.faces.count) == [2, 2])
      let second = try #require(people.first { $0.faces.contains { $0.face == 4 } })
      let references = References(likeness)
      let made = try likeness.people.tell(
        references.face("both.jpg", of: second.id), apartFrom: second.id)
      #expect(made.edit?.faces == [4])
      #expect(throws: LikenessError.severalFaces(path: "both.jpg", count: 2)) {
        try references.face("both.jpg", of: second.id)
      }
      let first = try references.face("both.jpg#1", of: second.id)
      #expect(try likeness.people.tell(first, apartFrom: second.id).edit != nil)
    }
  }

  /// While somebody else changes the gallery, people can be looked at.
  @Test func peopleAreShownThoughTheyCannotBeKept() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { likeness, home in
      do {
        let holder = try GalleryStore(at: home, access: .write)
        let list = try likeness.people.list()
        #expect(!list.kept && list.people.count == 2 && list.people[0].name == "obama")
        _ = try likeness.people.suggestions()
        #expect(throws: GalleryError.self) { try References(likeness).person("obama") }
        #expect(throws: GalleryError.self) { try likeness.people.name(1, as: "Barack") }
        withExtendedLifetime(holder) {}
      }
      let list = try likeness.people.list()
      #expect(list.kept && list.people.count == 2)
    }
  }
}
