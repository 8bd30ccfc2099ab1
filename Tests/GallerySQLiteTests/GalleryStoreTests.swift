import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore

@Suite struct GalleryStoreTests {
  @Test func whatWasAddedIsThere() throws {
    try withGallery { store, _ in
      let isNew = try store.add(
        [photo("a", [face("Ann", 1), face(nil, 2)]), photo("b", [])], model: model)
      #expect(isNew == [true, true])
      let table = try store.faceTable()
      #expect(table.faces.map(\.name) == ["Ann", nil])
      #expect(table.faces.map(\.ordinal) == [0, 1])
      #expect(table.embeddings[1].values == (0..<8).map { 2 + Float($0) })
      #expect(table.faces[0].geometry.landmarks == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      #expect(try store.thumbnail(face: table.faces[1].id) == Data("thumbnail 2.0".utf8))
      #expect(try store.names() == [NameSummary(name: "Ann", photos: 1, faces: 1)])
      let summary = try store.summary()
      #expect(summary.photos == 2 && summary.photosWithoutFace == 1)
      #expect(summary.faces == 2 && summary.namedFaces == 1 && summary.dimensions == 8)
      #expect(try store.digests() == ["a", "b"])
    }
  }

  @Test func aPhotoIsKnownAgainByItsContent() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      var moved = photo("a", [face("Ann", 1)])
      moved.file.path = "/elsewhere/a.jpg"
      #expect(try store.add([moved, photo("b", [face("Ann", 2)])], model: model) == [false, true])
      #expect(try store.photos().map(\.path) == ["/elsewhere/a.jpg", "/photos/b.jpg"])
      #expect(try store.knownFiles().contains(moved.file))
      #expect(try store.names() == [NameSummary(name: "Ann", photos: 2, faces: 2)])
    }
  }

  @Test func aBatchIsAddedWholeOrNotAtAll() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let error = failure {
        try store.add(
          [photo("b", [face("Bob", 2)]), photo("c", [face("Cid", 3, count: 4)])], model: model)
      }
      #expect(
        error
          == .modelMismatch(
            path: store.folder.path, gallery: "test-model with 8 numbers",
            model: "test-model with 4"))
      #expect(try store.digests() == ["a"])
      #expect(try store.names().map(\.name) == ["Ann"])
    }
  }

  @Test func embeddingsOfAnotherModelAreRefused() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let error = failure { try store.add([photo("b", [face("Bob", 2)])], model: "other") }
      #expect(
        error == .modelMismatch(path: store.folder.path, gallery: model, model: "other"))
    }
  }

  @Test func everyChangeIsANewRevision() throws {
    try withGallery { store, _ in
      let first = try store.revision()
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let second = try store.revision()
      _ = try store.remove(name: "Ann")
      let third = try store.revision()
      #expect(first < second && second < third)
    }
  }

  @Test func namesAreComposedAndMayDifferInCase() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Jose\u{301}", 1)]), photo("b", [face("jos\u{e9}", 2)])], model: model)
      #expect(try store.names().map(\.name) == ["Jos\u{e9}", "jos\u{e9}"])
      #expect(try store.remove(name: "Jose\u{301}").faces.count == 1)
    }
  }

  @Test func manyFacesComeInOneMatrix() throws {
    try withGallery { store, _ in
      let photos = (0..<2000).map { number in
        photo("p\(number)", (0..<5).map { face("n\(number % 100)", Float(number * 5 + $0)) })
      }
      try store.add(photos, model: model)
      let table = try store.faceTable()
      #expect(table.embeddings.count == 10_000)
      #expect(table.embeddings[4321].values[0] == 4321)
    }
  }
}
