import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct GalleryRemovalTests {
  @Test func removingANameTakesItsFacesAndEmptyPhotos() throws {
    try withGallery { store, _ in
      try store.add(
        [
          photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2), face("Ann", 3)]),
          photo("c", []),
        ], model: model)
      let receipt = try store.remove(name: "Ann")
      #expect(receipt.names == ["Ann"])
      #expect(receipt.photos == ["/photos/a.jpg"])
      #expect(receipt.faces.count == 2)
      #expect(try store.digests() == ["b", "c"])
      #expect(try store.faceTable().faces.map(\.name) == ["Bob"])
      #expect(try store.remove(name: "Ann").isEmpty)
    }
  }

  @Test func removingTheLastFaceTakesPhotoAndName() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)])], model: model)
      let faces = try store.faceTable().faces
      #expect(
        try store.remove(face: faces[0].id).photos == ["/photos/a.jpg"])
      let id = try store.photos()[0].id
      let receipt = try store.remove(photo: id)
      #expect(receipt.photos == ["/photos/b.jpg"] && receipt.names == ["Bob"])
      #expect(try store.summary().faces == 0)
      #expect(try store.remove(photo: id).isEmpty)
    }
  }

  @Test func removedEmbeddingsAreInNoFile() throws {
    try withGallery { store, home in
      let secret: Float = 12345.678
      try store.add(
        [photo("a", [face("Ann", secret)])] + (0..<50).map { photo("p\($0)", [face("Bob", 1)]) },
        model: model)
      let needle = FloatBlob.data([secret, secret + 1, secret + 2])
      func files() throws -> [Data] {
        try FileManager.default.contentsOfDirectory(at: home, includingPropertiesForKeys: nil)
          .map { try Data(contentsOf: $0) }
      }
      #expect(try files().contains { $0.range(of: needle) != nil })
      _ = try store.remove(name: "Ann")
      #expect(try files().allSatisfy { $0.range(of: needle) == nil })
      #expect(try files().allSatisfy { $0.range(of: Data("thumbnail 12345".utf8)) == nil })
    }
  }

  @Test func theReceiptCountsWhatWent() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Ann", 1), face("Bob", 2)]), photo("b", [face("Ann", 3)])], model: model)
      let faces = try store.faceTable().faces
      let receipt = try store.remove(faces: [faces[0].id, faces[2].id, 99])
      #expect(receipt.faces == [faces[0].id, faces[2].id] && receipt.thumbnails == 2)
      #expect(receipt.names == ["Ann"] && receipt.photos == ["/photos/b.jpg"])
      #expect(!receipt.tracesRemain)
      #expect(try store.thumbnail(face: faces[0].id) == nil)
    }
  }

  @Test func photosThatStillShowARemovedFaceAreTold() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Ann", 1), face("Bob", 2)]), photo("b", [face("Ann", 3)])], model: model)
      let id = try #require(try store.photo(digest: "a")).id
      let preview = try store.preview(of: Removal(names: ["Ann"]))
      #expect(preview.sharedPhotos.map(\.id) == [id] && preview.photos == ["/photos/b.jpg"])
      let whole = try store.preview(of: Removal(names: ["Ann"], sharedPhotos: .remove))
      #expect(whole.sharedPhotos.isEmpty && whole.photos.count == 2 && whole.faces.count == 3)
      #expect(whole.names == ["Ann", "Bob"])
      let receipt = try store.remove(name: "Ann")
      #expect(receipt.sharedPhotos == preview.sharedPhotos)
      let shared = try #require(receipt.sharedPhotos.first)
      #expect(shared.photo == "/photos/a.jpg" && shared.title == "a.jpg" && shared.faces == 1)
      #expect(!shared.isKept && !shared.isBlurred)
    }
  }

  @Test func photosThatShowOthersGoAsAWholeWhereThatIsWanted() throws {
    try withGallery { store, _ in
      try store.add(
        [
          photo("a", [face("Ann", 1), face("Bob", 2)]), photo("b", [face("Ann", 3)]),
          photo("c", [face("Bob", 4)]),
        ], model: model)
      let receipt = try store.remove(Removal(names: ["Ann"], sharedPhotos: .remove))
      #expect(receipt.photos == ["/photos/a.jpg", "/photos/b.jpg"] && receipt.faces.count == 3)
      #expect(receipt.names == ["Ann"] && receipt.sharedPhotos.isEmpty)
      #expect(try store.digests() == ["c"])
    }
  }

  @Test func aPictureIsReplacedOnlyWhereItIsTheOneThatWasLookedAt() throws {
    try withGallery { store, home in
      func keep(_ digest: String) throws -> String {
        let name = "photos/\(digest).jpg"
        try FileManager.default.createDirectory(
          at: home.appendingPathComponent("photos"), withIntermediateDirectories: true)
        try Data(digest.utf8).write(to: home.appendingPathComponent(name))
        return GalleryStore.ownPlace + name
      }
      var kept = photo("a", [face("Ann", 1), face("Bob", 2)])
      kept.file.path = try keep("a")
      try store.add([kept, photo("c", [face("Ann", 3)])], model: model)
      let id = try #require(try store.photo(digest: "a")).id
      let faces = try store.faces(inPhoto: id).map(\.id)
      let picture = KeptPicture(
        digest: "b", file: PhotoFile(path: try keep("b"), bytes: 1, modified: 7),
        thumbnails: [faces[1]: Data("covered".utf8), 3: Data("another's".utf8)])
      #expect(try !store.replacePicture(of: id, "other", by: picture))
      #expect(try store.photo(id: id)?.digest == "a")
      #expect(try store.replacePicture(of: id, "a", by: picture))
      let photo = try #require(try store.photo(id: id))
      #expect(photo.digest == "b" && photo.isKept && photo.path == home.path + "/photos/b.jpg")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: home.path + "/photos") == ["b.jpg"])
      #expect(try store.thumbnail(face: faces[1]) == Data("covered".utf8))
      #expect(try store.thumbnail(face: 3) == Data("thumbnail 3.0".utf8))
      // A file that is not the gallery's is never touched.
      let other = try #require(try store.photo(digest: "c")).id
      #expect(try !store.replacePicture(of: other, "c", by: picture))
    }
  }

  @Test func aPhotoWithoutAFaceIsRemovedAlone() throws {
    try withGallery { store, _ in
      try store.add([photo("a", []), photo("b", [])], model: model)
      let id = try #require(try store.photo(digest: "a")).id
      #expect(try store.remove(photo: id).photos == ["/photos/a.jpg"])
      #expect(try store.digests() == ["b"])
    }
  }

  @Test func whatIsNotThereChangesNothing() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let before = try store.revision()
      #expect(try store.remove(name: "Bob").isEmpty)
      #expect(try store.remove(face: 99).isEmpty && store.remove(photo: 99).isEmpty)
      #expect(try store.revision() == before)
    }
  }

  /// Rows move between pages as others come and go; no piece of them may stay where they were.
  @Test(arguments: [0, 8] as [UInt64]) func noPieceOfWhatWasRemovedStays(_ seed: UInt64) throws {
    try withGallery { store, home in
      var random = SplitMix64(seed: seed)
      var added = 0
      func more(_ count: Int) throws {
        let photos = (added..<added + count).map { number in
          var one = face("n\(number % 9)", 0, count: 128)
          one.embedding = Embedding((0..<128).map { _ in Float.random(in: -1...1, using: &random) })
          let size = Int.random(in: 200...1200, using: &random)
          one.thumbnail = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
          return photo("p\(number)", [one])
        }
        added += count
        _ = try store.add(photos, model: model)
      }
      try more(300)
      for _ in 0..<12 {
        let matrix = try store.embeddings()
        var pieces: Set<Data> = []
        let chosen = (0..<20).map { _ in matrix.faces.indices.randomElement(using: &random) ?? 0 }
        for row in chosen {
          let bytes = [
            FloatBlob.data(matrix.embeddings[row].values),
            try #require(try store.thumbnail(face: matrix.faces[row])),
          ]
          for data in bytes {
            for offset in stride(from: 0, to: data.count - 16, by: 16) {
              pieces.insert(Data(data[offset..<offset + 16]))
            }
          }
        }
        let receipt = try store.remove(faces: chosen.map { matrix.faces[$0] })
        #expect(!receipt.tracesRemain)
        #expect(try !contains(home, anyOf: pieces))
        try more(5)
      }
    }
  }

  @Test func aReaderDelaysTheErasingButNotTheRemoval() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)])], model: model)
      let reader = try GalleryStore(at: home, access: .read)
      try reader.read { db in
        #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face") == 2)
        let receipt = try store.remove(name: "Ann")
        #expect(receipt.names == ["Ann"] && receipt.tracesRemain)
        #expect(try store.names().map(\.name) == ["Bob"])
      }
      #expect(try store.eraseTraces())
      #expect(try !contains(home, anyOf: [Data("thumbnail 1.0###".utf8.prefix(13))]))
    }
  }

  @Test func anInterruptedErasingIsBroughtToItsEnd() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)])], model: model)
      let copy = home.deletingLastPathComponent().appendingPathComponent("copy")
      let reader = try GalleryStore(at: home, access: .read)
      try reader.read { db in
        _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face")
        _ = try store.remove(name: "Ann")
        // What is there when the program is killed now.
        try FileManager.default.copyItem(at: home, to: copy)
      }
      let needle = Data("thumbnail 1.0".utf8)
      #expect(try contains(copy, anyOf: [needle]))
      let again = try GalleryStore(at: copy, access: .write)
      #expect(try !contains(copy, anyOf: [needle]))
      #expect(try again.names().map(\.name) == ["Bob"])
    }
  }

  /// Whether any file of a folder has one of the pieces, all of one length, at any place.
  private func contains(_ folder: URL, anyOf pieces: Set<Data>) throws -> Bool {
    let heads = Set(
      pieces.map { piece in piece.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } })
    var filter = [Bool](repeating: false, count: 1 << 16)
    for head in heads { filter[Int(head & 0xffff)] = true }
    for file in try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    {
      let isFound = try Data(contentsOf: file).withUnsafeBytes { bytes in
        var (window, end) = (UInt64(0), 0)
        while end < bytes.count {
          window = window << 8 | UInt64(bytes[end])
          end += 1
          // Few places get past the filter, which costs much less than the set.
          guard filter[Int(window & 0xffff)], heads.contains(window), end >= 8 else { continue }
          let rest = bytes[(end - 8)...]
          if pieces.contains(where: { rest.starts(with: $0) }) { return true }
        }
        return false
      }
      if isFound { return true }
    }
    return false
  }
}
