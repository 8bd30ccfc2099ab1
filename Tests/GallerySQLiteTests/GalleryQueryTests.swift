import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore

@Suite struct GalleryQueryTests {
  @Test func photosAreFoundByIDDigestAndPath() throws {
    try withGallery { store, _ in
      var first = photo("a", [face("Ann", 1)])
      first.detector = "yunet"
      first.turned = 90
      try store.add([first, photo("b", [])], model: model)
      let found = try #require(try store.photo(digest: "a"))
      #expect(found.detector == "yunet" && found.turned == 90 && found.width == 640)
      #expect(abs(found.added.timeIntervalSinceNow) < 3600)
      #expect(try store.photo(id: found.id)?.digest == "a")
      #expect(try store.photos(paths: ["/photos/b.jpg"]).map(\.digest) == ["b"])
      #expect(try store.photos(paths: ["/photos/b.jpg"])[0].detector == nil)
      #expect(try store.photo(digest: "c") == nil && store.photo(id: 99) == nil)
    }
  }

  @Test func `a file whose content changed has a photo for each`() throws {
    try withGallery { store, _ in
      var changed = photo("b", [])
      changed.file.path = "/photos/a.jpg"
      try store.add([photo("a", [])], model: model)
      try store.add([changed], model: model)
      #expect(try store.photos(paths: ["/photos/a.jpg"]).map(\.digest) == ["a", "b"])
    }
  }

  @Test func onePhotoTwiceInABatchIsOne() throws {
    try withGallery { store, _ throws in
      let twice = [photo("a", [face("Ann", 1)]), photo("a", [face("Ann", 1)])]
      #expect(try store.add(twice, model: model) == [true, false])
      #expect(try store.summary().faces == 1)
    }
  }

  @Test func facesAreFoundByNamePhotoAndID() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Ann", 1), face("Bob", 2)]), photo("b", [face("Ann", 3)])], model: model)
      let ann = try store.faces(named: "Ann")
      #expect(ann.count == 2 && ann.allSatisfy { $0.name == "Ann" })
      let group = try store.faces(inPhoto: ann[0].photo)
      #expect(group.map(\.name) == ["Ann", "Bob"] && group.map(\.ordinal) == [0, 1])
      #expect(try store.face(id: ann[1].id)?.photo == ann[1].photo)
      #expect(try store.embedding(face: ann[1].id)?.values == (0..<8).map { 3 + Float($0) })
      #expect(try store.face(id: 99) == nil && store.embedding(face: 99) == nil)
      #expect(try store.thumbnail(face: 99) == nil && store.faces(named: "ann").isEmpty)
    }
  }

  @Test func theMatrixSaysWhoseEachRowIs() throws {
    try withGallery { store, _ in
      let photos = (0..<2000).map { number in
        photo(
          "p\(number)", (0..<5).map { face($0 == 4 ? nil : "n\($0)", Float(number * 5 + $0)) })
      }
      try store.add(photos, model: model)
      let matrix = try store.embeddings()
      let table = try store.faceTable()
      #expect(matrix.embeddings == table.embeddings && matrix.embeddings.count == 10_000)
      #expect(matrix.faces == table.faces.map(\.id) && matrix.photos == table.faces.map(\.photo))
      #expect(try matrix.revision == store.revision())
    }
  }

  @Test func anEmptyGalleryHasNoRows() throws {
    try withGallery { store, _ throws in
      #expect(try store.embeddings().embeddings.count == 0)
      #expect(try store.summary().model == nil)
      try store.eachFace { _, _ in Issue.record("there is no face") }
    }
  }

  @Test func eachFaceComesOnceAndMayGoMeanwhile() throws {
    try withGallery { store, _ in
      try store.add(
        (0..<600).map { photo("p\($0)", [face("n\($0 % 7)", Float($0))]) }, model: model)
      var seen: [Float] = []
      try store.eachFace { face, embedding in
        seen.append(embedding.values[0])
        if seen.count == 10 { _ = try store.remove(face: FaceID(face.id.rawValue + 500)) }
      }
      #expect(seen == (0..<600).map(Float.init).filter { $0 != 509 })
    }
  }

  @Test func everyGalleryHasAnIdentityOfItsOwn() throws {
    try withGallery { first, _ in
      try withGallery { second, _ in
        let id = try #require(try first.summary().id)
        #expect(try id.count == 32 && id != second.summary().id)
        #expect(try first.summary().created?.hasSuffix("Z") == true)
      }
    }
  }

  @Test func embeddingsThatAreNoNumbersAreRefused() throws {
    try withGallery { store, _ throws in
      for value in [Float.nan, .infinity] {
        guard
          case .unusable? = failure({
            try store.add([photo("a", [face("Ann", value)])], model: model)
          })
        else {
          Issue.record("\(value) was kept")
          return
        }
      }
      #expect(try store.summary().photos == 0)
    }
  }
}

@Suite struct GalleryNamingTests {
  @Test func aNameIsSpeltAnew() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)])], model: model)
      try store.rename("Ann", to: "Zoe\u{301}")
      #expect(try store.names().map(\.name) == ["Bob", "Zo\u{e9}"])
      #expect(try store.faces(named: "Zo\u{e9}").count == 1)
      #expect(
        failure { try store.rename("Ann", to: "Eve") }
          == .unknownName(path: home.path, name: "Ann"))
      #expect(
        failure { try store.rename("Bob", to: "Zo\u{e9}") }
          == .nameTaken(path: home.path, name: "Zo\u{e9}"))
      guard case .unusable? = failure({ try store.rename("Bob", to: " ") }) else {
        Issue.record("an empty name was taken")
        return
      }
    }
  }

  @Test func twoNamesBecomeOne() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)]), photo("b", [face("Anne", 2)])], model: model)
      try store.rename("Ann", to: "Anne", merging: true)
      #expect(try store.names() == [NameSummary(name: "Anne", photos: 2, faces: 2)])
      let before = try store.revision()
      try store.rename("Anne", to: "Anne")
      #expect(try store.revision() == before)
    }
  }

  @Test func aFaceGetsANameAndLosesIt() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1), face(nil, 2)])], model: model)
      let faces = try store.faceTable().faces
      try store.setName("Bob", face: faces[1].id)
      #expect(try store.names().map(\.name) == ["Ann", "Bob"])
      try store.setName("Bob", face: faces[0].id)
      #expect(try store.names() == [NameSummary(name: "Bob", photos: 1, faces: 2)])
      try store.setName(nil, face: faces[0].id)
      #expect(try store.face(id: faces[0].id)?.name == nil)
      #expect(
        failure { try store.setName("Bob", face: 99) } == .unknownFace(path: home.path, face: 99))
    }
  }

  @Test func namesOfEveryScriptAreLookedUp() throws {
    try withGallery { store, _ in
      let names = ["Zoë", "李小龙", "Владимир", "محمد", "Ann 👩‍🚀"]
      try store.add(
        names.enumerated().map { photo("p\($0)", [face($1, Float($0))]) }, model: model)
      for name in names { #expect(try store.resolve(name) == .found(name)) }
      #expect(try store.resolve("zoe") == .found("Zoë"))
      #expect(try store.resolve("ВЛАДИМИР") == .found("Владимир"))
      #expect(try store.resolve("Владимрр") == .unknown(nearSpellings: ["Владимир"]))
    }
  }
}
