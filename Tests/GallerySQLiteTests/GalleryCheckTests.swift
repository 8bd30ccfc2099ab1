import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

/// What is wrong in a database is found, and repaired where nothing is lost by it.
@Suite struct GalleryCheckTests {
  /// Gives the work a gallery of five faces on four photos, with people and all else that refers to faces.
  private func withRecords(_ work: (GalleryStore, URL) throws -> Void) throws {
    try withGallery { store, home in
      try store.add(
        (0..<4).map { number in
          photo(
            "p\(number)",
            [face("n\(number)", Float(number))]
              + (number == 3 ? [face(nil, 9, confidence: 0.2)] : []))
        }, model: model)
      try cluster(store, [0, 0, 1, 1, -1])
      try run(
        store,
        """
        INSERT INTO face_label VALUES (1, 'mood', 'glad');
        INSERT INTO same_link VALUES (1, 2, 0.1);
        INSERT INTO hidden_face VALUES (1);
        """)
      try work(store, home)
    }
  }

  /// Does what only a program with faults would.
  private func run(_ store: GalleryStore, _ sql: String) throws {
    try store.database().writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
      try db.execute(sql: sql)
    }
  }

  private func check(
    _ store: GalleryStore, unitLength: Bool = false, repairing: Bool = false
  ) throws -> [GalleryFinding] {
    try store.check(hasUnitLength: unitLength, repairing: repairing)
  }

  @Test func nothingIsFoundInASoundGallery() throws {
    try withRecords { store, home in
      #expect(try check(store) == [])
      let before = try store.revision()
      #expect(try check(store, repairing: true) == [])
      #expect(try store.revision() == before)
      #expect(try check(GalleryStore(at: home, access: .read)) == [])
    }
  }

  @Test func whatRefersToAFaceThatIsGoneIsRemoved() throws {
    try withRecords { store, home in
      try run(store, "DELETE FROM face WHERE id = 1")
      let found = try check(store)
      let texts = found.map(\.text)
      for what in ["1 thumbnail", "1 label", "1 link", "1 hidden face", "1 assignment of a face"] {
        #expect(texts.contains { $0.hasPrefix(what) && $0.hasSuffix("such as face:1") }, "\(what)")
      }
      #expect(found.allSatisfy { $0.kind == .reference && $0.repair != nil && !$0.repaired })
      // To look is not to change.
      #expect(try check(GalleryStore(at: home, access: .read)) == found)
      let repaired = try check(store, repairing: true)
      #expect(repaired.map(\.text) == texts && repaired.allSatisfy(\.repaired))
      #expect(try check(store) == [])
      #expect(try store.faceCount() == 4 && store.thumbnail(face: 1) == nil)
    }
  }

  @Test func aReferenceIsClearedWhereTheRestStays() throws {
    try withRecords { store, _ in
      try run(
        store, "DELETE FROM name WHERE name = 'n2'; UPDATE person SET cover = 99 WHERE id = 1")
      let repaired = try check(store, repairing: true)
      #expect(repaired.count == 2 && repaired.allSatisfy(\.repaired))
      #expect(repaired.contains { $0.text.hasPrefix("1 face refers to names") })
      #expect(try check(store) == [])
      #expect(try store.faceCount() == 5 && store.people().contains { $0.id == 1 })
    }
  }

  @Test func aFaceWhosePhotoIsGoneIsKept() throws {
    try withRecords { store, _ in
      try run(store, "DELETE FROM photo WHERE digest = 'p3'")
      let found = try check(store, repairing: true)
      #expect(found.count == 1 && found[0].count == 2 && found[0].repair == nil)
      #expect(
        found[0].text == "2 faces refer to photos that are not in the gallery, such as photo:4")
      #expect(try store.faceCount() == 5)
    }
  }

  @Test func embeddingsThatAreNotWholeAreSetAside() throws {
    try withRecords { store, _ in
      try run(store, "UPDATE face SET embedding = x'0000803f' WHERE id = 2")
      try store.database().write { db in
        try db.execute(
          sql: "UPDATE face SET embedding = ? WHERE id = 4",
          arguments: [FloatBlob.data([.nan] + [Float](repeating: 1, count: 7))])
      }
      #expect(throws: GalleryError.self) { try store.embeddings() }
      let found = try check(store)
      #expect(found.map(\.kind) == [.embedding] && found[0].count == 2 && !found[0].repaired)
      #expect(found[0].text.hasSuffix("face:2, face:4"))
      let revision = try store.revision()
      #expect(try check(store, repairing: true).map(\.repaired) == [true])
      #expect(try check(store) == [])
      #expect(try store.unembeddedFaces().keys.sorted() == [2, 4])
      #expect(try store.embeddings().faces == [1, 3, 5])
      // Who has an index of it hears of them.
      #expect(try store.changedFaces(since: revision) == [2, 4])
    }
  }

  @Test func embeddingsOfAnotherLengthAreSetAside() throws {
    try withRecords { store, _ in
      try store.database().write { db in
        let ofLengthOne = FloatBlob.data([Float](repeating: Float(0.125).squareRoot(), count: 8))
        for face in 2...5 {
          try db.execute(
            sql: "UPDATE face SET embedding = ? WHERE id = ?", arguments: [ofLengthOne, face])
        }
      }
      #expect(try check(store) == [])
      try store.database().write { db in
        try db.execute(
          sql: "UPDATE face SET embedding = ? WHERE id = 2",
          arguments: [FloatBlob.data([Float](repeating: 0, count: 8))])
      }
      let found = try check(store, unitLength: true)
      #expect(found.map(\.kind) == [.embedding] && found[0].count == 2 && !found[0].repaired)
      #expect(found[0].text.hasSuffix("have another: face:1, face:2") && found[0].repair != nil)
      let repaired = try check(store, unitLength: true, repairing: true)
      #expect(repaired.map(\.text) == found.map(\.text) && repaired[0].repaired)
      #expect(try check(store, unitLength: true) == [])
      #expect(try store.unembeddedFaces().keys.sorted() == [1, 2])
    }
  }

  @Test func aThumbnailThatIsMissingBesideOthersIsTold() throws {
    try withRecords { store, _ in
      try run(store, "DELETE FROM thumbnail WHERE face = 4")
      #expect(try check(store).map(\.kind) == [.thumbnail])
      // A gallery may keep none of a photo.
      try run(store, "DELETE FROM thumbnail")
      #expect(try check(store) == [])
    }
  }

  @Test func anIndexOfTheDatabaseIsMadeAnew() throws {
    try TestFiles.withTemporaryFolder { home in
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add((0..<3).map { photo("p\($0)", [face(nil, Float($0))]) }, model: model)
      }
      // Rows that change while the index is not known to anybody.
      let file = home.appendingPathComponent("gallery.sqlite").path
      let hidden = try DatabaseQueue(path: file)
      let index = try hidden.write { db in
        let row = try Row.fetchOne(
          db, sql: "SELECT rootpage, sql FROM sqlite_master WHERE name = 'photo_path'")
        try db.execute(
          sql: "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'photo_path'")
        return try #require(row)
      }
      try hidden.close()
      let changing = try DatabaseQueue(path: file)
      try changing.write { db in
        try db.execute(sql: "UPDATE photo SET path = path || '.old' WHERE digest = 'p1'")
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
          sql: "INSERT INTO sqlite_master VALUES ('index', 'photo_path', 'photo', ?, ?)",
          arguments: [index[0] as Int, index[1] as String])
      }
      try changing.close()
      let store = try GalleryStore(at: home, access: .write)
      let found = try check(store)
      #expect(found.map(\.kind) == [.database] && found.first?.repair != nil)
      #expect(try check(store, repairing: true).map(\.repaired) == [true])
      #expect(try check(store) == [])
      #expect(try store.photos(paths: ["/photos/p1.jpg.old"]).count == 1)
    }
  }

  @Test func aReaderRepairsNothing() throws {
    try withRecords { _, home in
      let reader = try GalleryStore(at: home, access: .read)
      #expect(
        failure { _ = try check(reader, repairing: true) } == .readOnly(path: home.path))
    }
  }

  @Test func aCopyOfTheDatabaseIsOfOneMoment() throws {
    try withRecords { store, home in
      let copy = home.appendingPathComponent("copy.sqlite")
      let reader = try GalleryStore(at: home, access: .read)
      var snapshot: GallerySnapshot?
      try store.database().write { db in
        // What is not committed is not in it.
        try db.execute(sql: "UPDATE photo SET path = 'gallery:' || path WHERE digest = 'p0'")
        snapshot = try reader.copyDatabase(to: copy)
      }
      #expect(snapshot?.photos == 4 && snapshot?.faces == 5 && snapshot?.keptPhotos == [])
      #expect(try snapshot?.id == store.state().id && snapshot?.revision == store.revision())
      // One file, which nobody else can read.
      let names = try FileManager.default.contentsOfDirectory(atPath: home.path)
      #expect(names.filter { $0.hasPrefix("copy.sqlite") } == ["copy.sqlite"])
      let mode = try FileManager.default.attributesOfItem(atPath: copy.path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      try FileManager.default.removeItem(at: copy)
      #expect(try reader.copyDatabase(to: copy).keptPhotos == ["/photos/p0.jpg"])
    }
  }
}
