import Foundation
import GRDB
import TestSupport
import Testing
import Vectors

@testable import Gallery

private let model = "test-model"

private func face(_ name: String?, _ value: Float, count: Int = 8) -> NewFace {
  NewFace(
    name: name,
    geometry: FaceGeometry(
      x: 1, y: 2, width: 30, height: 30, landmarks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    score: 0.5,
    quality: QualityRecord(size: 30, sharpness: 5, yaw: 1, pitch: 2, roll: 3, inside: 1),
    embedding: Embedding((0..<count).map { value + Float($0) }),
    thumbnail: Data("thumbnail \(value)".utf8))
}

private func photo(_ digest: String, _ faces: [NewFace]) -> NewPhoto {
  NewPhoto(
    digest: digest, file: PhotoFile(path: "/photos/\(digest).jpg", bytes: 10, modified: 5),
    width: 640, height: 480, turned: 0, faces: faces)
}

private func withGallery(_ work: (GalleryStore, URL) throws -> Void) throws {
  try TestFiles.withTemporaryFolder { folder in
    let home = folder.appendingPathComponent("gallery")
    try work(try GalleryStore(at: home, access: .write, create: true), home)
  }
}

private func failure(_ work: () throws -> Void) -> GalleryError? {
  do {
    try work()
    return nil
  } catch {
    return error as? GalleryError
  }
}

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
      #expect(error == .modelMismatch(path: store.folder.path, gallery: model, model: model))
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

@Suite struct GalleryAccessTests {
  @Test func whatIsNotThereIsNotMadeByReading() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("none")
      #expect(
        failure { _ = try GalleryStore(at: home, access: .read) } == .missing(path: home.path))
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write) } == .missing(path: home.path))
      #expect(!FileManager.default.fileExists(atPath: home.path))
    }
  }

  @Test func oneWritesAndOthersRead() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write) }
          == .inUse(path: home.path, pid: getpid()))
      let reader = try GalleryStore(at: home, access: .read)
      try store.add([photo("b", [face("Bob", 1)])], model: model)
      #expect(try reader.names().count == 2)
      #expect(
        failure { try reader.add([photo("c", [])], model: model) } == .readOnly(path: home.path))
    }
  }

  @Test func theLockEndsWithItsHolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      #expect(failure { _ = try GalleryStore(at: home, access: .write) } == nil)
    }
  }

  @Test func otherFilesAreNoGalleries() throws {
    try TestFiles.withTemporaryFolder { home in
      let file = home.appendingPathComponent("gallery.sqlite")
      try Data("not a database at all".utf8).write(to: file)
      #expect(
        failure { _ = try GalleryStore(at: home, access: .read) } == .notAGallery(path: home.path))
      try FileManager.default.removeItem(at: file)
      try DatabaseQueue(path: file.path).write { try $0.execute(sql: "CREATE TABLE other (x)") }
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write) } == .notAGallery(path: home.path))
    }
  }

  @Test func aNewerGalleryIsLeftAlone() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      try DatabaseQueue(path: home.appendingPathComponent("gallery.sqlite").path).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of the future')")
      }
      #expect(
        failure { _ = try GalleryStore(at: home, access: .read) } == .newerVersion(path: home.path))
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write) } == .newerVersion(path: home.path)
      )
    }
  }

  @Test func aDamagedGallerySaysSo() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add(
          (0..<200).map { photo("p\($0)", [face("n\($0)", Float($0))]) }, model: model)
        _ = try store.remove(name: "n0")
      }
      let file = home.appendingPathComponent("gallery.sqlite")
      var data = try Data(contentsOf: file)
      for offset in 4096..<min(data.count, 60_000) { data[offset] = 0xa5 }
      try data.write(to: file)
      let error = failure {
        let store = try GalleryStore(at: home, access: .read)
        _ = try store.faceTable()
      }
      guard case .damaged? = error else {
        Issue.record("\(String(describing: error)) instead of damaged")
        return
      }
    }
  }

  @Test func aCopyTakenInTheMiddleOfAddingOpensClean() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let copy = home.deletingLastPathComponent().appendingPathComponent("copy")
      try store.database.write { db in
        try db.execute(
          sql: """
            INSERT INTO photo (digest, path, bytes, modified, width, height, turned, added)
            VALUES ('half', '/half', 1, 1, 1, 1, 0, 0)
            """)
        // What a power cut would leave: the files as they are now.
        try FileManager.default.copyItem(at: home, to: copy)
      }
      let other = try GalleryStore(at: copy, access: .write)
      #expect(try other.digests() == ["a"])
      #expect(try other.faceTable().faces.count == 1)
    }
  }

  @Test func aFullDiskKeepsWhatWasThere() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let pages = try store.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
      try store.database.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
      }
      let error = failure {
        try store.add((0..<500).map { photo("p\($0)", [face("Bob", 1)]) }, model: model)
      }
      #expect(error == .diskFull(path: home.path))
      #expect(try store.digests() == ["a"])
    }
  }
}

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
      NameLookup("obama", among: names) == .unknown(nearSpellings: ["obama2", "Barack Obama"]))
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
