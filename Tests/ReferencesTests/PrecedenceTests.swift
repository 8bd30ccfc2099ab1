import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

@testable import References

/// What a text means where it may mean several things.
@Suite struct PrecedenceTests {
  /// Photos with a face each, and the names that these were added by.
  private func withGallery(
    _ photos: [(path: String, names: [String?])], _ work: (Likeness, References) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        var number: Float = 0
        for photo in photos {
          let faces = photo.names.map { name in
            number += 1
            return NewFace(
              name: name,
              geometry: FaceGeometry(x: 1, y: 1, width: 5, height: 5, landmarks: []), score: 1,
              quality: FaceQuality(size: 90, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
              embedding: Embedding([1, number, number * number]), thumbnail: Data())
          }
          try store.add(
            [
              NewPhoto(
                digest: photo.path, file: PhotoFile(path: photo.path, bytes: 1, modified: 0),
                width: 10, height: 10, turned: 0, faces: faces)
            ], model: "test")
        }
      }
      let likeness = Likeness(gallery: home)
      try work(likeness, References(likeness))
    }
  }

  @Test func `a number says of what it is`() throws {
    try withGallery([
      ("/p/1.jpg", ["2"]), ("/p/2.jpg", ["Ann"]), ("/p/3.jpg", ["Ann"]), ("/p/4.jpg", [nil, nil]),
    ]) { likeness, references throws in
      #expect(try references.faces(["2"]) == [1])
      #expect(try references.faces(["face:2", "Face:3", "face:2"]) == [2, 3])
      #expect(try references.faces(["photo:3"]) == [3])
      #expect(throws: LikenessError.severalFaces(path: "photo:4", count: 2)) {
        try references.faces(["photo:4"])
      }
      let ann = try references.person("Ann")
      #expect(try Set(references.faces([ann.reference])).isSuperset(of: [2, 3]))
      #expect(try references.person(ann.reference) == ann)
      #expect(try references.photo("photo:4") == 4)
      if case .name(let title, let faces) = try references.probe("face:2") {
        #expect(title == "face:2" && faces.count == 1)
      } else {
        Issue.record("a face of the gallery is not a photo")
      }
      #expect(
        try references.nearest(to: "face:2").map(\.face)
          == references.nearest(to: "photo:2").map(\.face))
      // The old form is refused with what to write, and whatever else a number may be.
      for text in ["#12", "12"] {
        for ask in [
          { _ = try references.faces([text]) }, { _ = try references.same(text) },
          { _ = try references.probe(text) }, { _ = try references.removal([text]) },
        ] {
          let error = #expect(throws: LikenessError.self, performing: ask)
          #expect(error == .bareNumber(text, references: ["face:12", "photo:12", "person:12"]))
          #expect(error?.kind == .malformedQuery)
        }
        #expect(throws: LikenessError.bareNumber(text, references: ["person:12"])) {
          try references.person(text)
        }
        #expect(throws: LikenessError.bareNumber(text, references: ["face:12"])) {
          try references.face(text, of: ann)
        }
      }
      for text in ["face:0", "face:-1", "face:1x", "face:", "face:99999999999999999999"] {
        #expect(throws: LikenessError.unknownName(text, nearSpellings: [])) {
          try references.faces([text])
        }
      }
      #expect(throws: LikenessError.unknownPhoto("photo:9", candidates: [])) {
        try references.faces(["photo:9"])
      }
      #expect(throws: LikenessError.unknownPerson(999)) { try references.same("person:999") }
    }
  }

  @Test func `what is removed is a name, a person, a photo or a face`() throws {
    try withGallery([
      ("/p/1.jpg", ["Ann"]), ("/p/2.jpg", ["Ann", nil]), ("/q/3.jpg", []), ("/q/4.jpg", [nil]),
    ]) { likeness, references throws in
      #expect(try references.removal(["ann", "face:3"]) == Removal(names: ["Ann"], faces: [3]))
      #expect(try references.removal(["2.jpg", "/p/2.jpg#2"]) == Removal(photos: [2], faces: [3]))
      #expect(try references.removal(["/q"]) == Removal(photos: [3, 4]))
      #expect(try references.removal(["photo:3"]) == Removal(photos: [3]))
      #expect(throws: LikenessError.unknownName("Bob", nearSpellings: [])) {
        try references.removal(["Ann", "Bob"])
      }
      #expect(throws: LikenessError.unknownPhoto("photo:9", candidates: [])) {
        try references.removal(["photo:9"])
      }
      let all = try references.removal(["/p/1.jpg", "/q", "face:2"])
      let preview = try likeness.preview(of: all)
      #expect(
        preview.faces == [1, 2, 4] && preview.photos == ["/p/1.jpg", "/q/3.jpg", "/q/4.jpg"])
      #expect(preview.names == ["Ann"])
      let receipt = try likeness.remove(all)
      #expect(receipt.faces == preview.faces && receipt.names == preview.names)
      #expect(receipt.photos == preview.photos)
      #expect(try likeness.remove(all).isEmpty)
      #expect(try likeness.faces.list().map(\.face) == [3])
    }
  }

  @Test func `a photo counts before a place on another`() throws {
    try withGallery([("/p/a.jpg", [nil, nil]), ("/p/a.jpg#2", [nil])]) { _, references throws in
      #expect(try references.faces(["a.jpg#1"]) == [1])
      #expect(try references.faces(["a.jpg#2"]) == [3])
      #expect(try references.faces(["/p/a.jpg#2#1"]) == [3])
      #expect(throws: LikenessError.severalFaces(path: "/p/a.jpg", count: 2)) {
        try references.faces(["/p/a.jpg"])
      }
    }
  }

  @Test func `a photo of the gallery counts before a folder, and that before a name spelt alike`()
    throws
  {
    try withGallery([("/p/x", ["Y"]), ("/p/x/1.jpg", [nil]), ("/y/2.jpg", ["/Y"])]) {
      _, references throws in
      #expect(try references.faces(["/p/x"]) == [1])
      #expect(try references.faces(["/p/x/"]) == [1])
      #expect(try references.faces(["/y"]) == [3])
      #expect(try references.faces(["y"]) == [1])
    }
  }

  @Test func `a file counts before a name spelt alike, and after one written so`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("e.json")
      try Data("[1, 2, 3]".utf8).write(to: file)
      for (name, isName) in [(file.path, true), (file.path.uppercased(), false)] {
        try withGallery([("/p/1.jpg", [name])]) { _, references throws in
          switch try references.probe(file.path) {
          case .name: #expect(isName)
          case .embedding(let url, _): #expect(!isName && url.path == file.path)
          case .photo: Issue.record("an embedding is not a photo")
          }
        }
      }
    }
  }

  @Test func `what is nothing is told as what it looks like`() throws {
    try withGallery([("/p/1.jpg", ["Ann"])]) { _, references throws in
      #expect(throws: LikenessError.unknownFace(7)) { try references.same("face:7") }
      #expect(throws: LikenessError.unknownFace(7)) { try references.faces(["face:7"]) }
      #expect(throws: PhotoError.noSuchFile(path: "none.jpg")) { try references.same("none.jpg") }
      #expect(throws: PhotoError.noSuchFile(path: "a/b")) { try references.probe("a/b") }
      #expect(throws: PhotoError.noSuchFile(path: "x.npy")) { try references.probe("x.npy") }
      #expect(throws: LikenessError.unknownName("x.npy", nearSpellings: [])) {
        try references.same("x.npy")
      }
      #expect(throws: LikenessError.unknownPhoto("none.jpg", candidates: [])) {
        try references.faces(["none.jpg"])
      }
      #expect(throws: LikenessError.unknownName("Anm", nearSpellings: ["Ann"])) {
        try references.faces(["Anm"])
      }
    }
  }

  @Test func `remote users mean labels and numbers only`() throws {
    try withGallery([("/p/1.jpg", ["Ann"]), ("/p/2.jpg", ["Bob"])]) { likeness, _ in
      let references = References(likeness, mayNameFiles: false)
      let composer = try likeness.composition.composer()
      func operand(_ text: String) throws -> ComposeQuery.Operand {
        try references.composition(CompositionText(text), in: composer).terms[0].operand
      }
      if case .label(key: let key, value: let value) = try operand("ann") {
        #expect(key == "person" && value == "Ann")
      } else {
        Issue.record("ann is a person")
      }
      if case .faces(let faces) = try operand("face:2") {
        #expect(faces == [2])
      } else {
        Issue.record("face:2 is a face")
      }
      for text in ["/p/1.jpg", "1.jpg", "1.jpg#1", "/etc/passwd"] {
        #expect(throws: ComposeError.self) { try operand(text) }
      }
      #expect(throws: LikenessError.unknownFace(3)) { try operand("face:3") }
      #expect(throws: LikenessError.self) { try operand("3") }
    }
  }

  @Test func `a photo is its path, or its file's name where no other has it`() throws {
    try withGallery([("/p/1.jpg", [nil]), ("/q/1.jpg", [nil]), ("/q/2.jpg", [nil])]) {
      _, references throws in
      #expect(try references.photo("/q/1.jpg") == 2)
      #expect(try references.photo("2.jpg") == 3)
      #expect(throws: LikenessError.unknownPhoto("1.jpg", candidates: ["/p/1.jpg", "/q/1.jpg"])) {
        try references.photo("1.jpg")
      }
    }
  }
}
