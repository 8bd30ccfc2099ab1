import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct GalleryFaultTests {
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
      try store.database().write { db in
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
      try store.database().writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
      }
      let error = failure {
        try store.add((0..<500).map { photo("p\($0)", [face("Bob", 1)]) }, model: model)
      }
      #expect(error == .diskFull(path: home.path))
      #expect(try store.digests() == ["a"])
    }
  }

  @Test func aTruncatedGallerySaysSo() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add((0..<200).map { photo("p\($0)", [face("n", Float($0))]) }, model: model)
      }
      let file = home.appendingPathComponent("gallery.sqlite")
      try Data(contentsOf: file).prefix(9000).write(to: file)
      for access in [GalleryStore.Access.read, .write] {
        let error = failure { _ = try GalleryStore(at: home, access: access).faceTable() }
        guard case .damaged? = error else {
          Issue.record("\(String(describing: error)) for a part of a gallery")
          return
        }
      }
    }
  }

  @Test func anEmptyFileIsNoGalleryButMayBecomeOne() throws {
    try TestFiles.withTemporaryFolder { home in
      try Data().write(to: home.appendingPathComponent("gallery.sqlite"))
      try Data("half".utf8).write(to: home.appendingPathComponent("gallery.sqlite.new"))
      #expect(
        failure { _ = try GalleryStore(at: home, access: .read) } == .missing(path: home.path))
      let store = try GalleryStore(at: home, access: .write, create: true)
      #expect(try store.summary().photos == 0)
      #expect(
        !FileManager.default.fileExists(atPath: home.path + "/gallery.sqlite.new"))
    }
  }

  @Test func aBatchThatSpilledIntoTheLogIsNotThereAfterAKill() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let copy = home.deletingLastPathComponent().appendingPathComponent("copy")
      try store.database().write { db in
        // So little memory that pages of the unfinished transaction get into the log.
        try db.execute(sql: "PRAGMA cache_size = 5")
        for number in 0..<500 {
          try db.execute(
            sql: """
              INSERT INTO photo (digest, path, bytes, modified, width, height, turned, added)
              VALUES (?, '/half', 1, 1, 1, 1, 0, 0)
              """, arguments: ["half\(number)"])
        }
        try FileManager.default.copyItem(at: home, to: copy)
      }
      let log = try Data(contentsOf: copy.appendingPathComponent("gallery.sqlite-wal"))
      #expect(log.range(of: Data("half1".utf8)) != nil)
      #expect(try GalleryStore(at: copy, access: .read).digests() == ["a"])
      #expect(try GalleryStore(at: copy, access: .write).digests() == ["a"])
    }
  }

  @Test(.enabled(if: ReadOnlyView.canMount)) func aDiskThatFillsUpKeepsWhatWasThere() throws {
    try TestFiles.withTemporaryFolder { disk in
      try ReadOnlyView.smallDisk(kilobytes: 1400, at: disk) {
        let home = disk.appendingPathComponent("gallery")
        let other = disk.appendingPathComponent("another file")
        try Data(repeating: 1, count: 150_000).write(to: other)
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
        var error: GalleryError?
        for number in 0..<100 where error == nil {
          error = failure {
            try store.add(
              (0..<50).map { photo("p\(number)-\($0)", [face("Bob", 1)]) }, model: model)
          }
        }
        #expect(error == .diskFull(path: home.path))
        let photos = try store.digests().count
        #expect(photos % 50 == 1)
        #expect(try GalleryStore(at: home, access: .read).digests().count == photos)
        // A removal is whole or not at all; with a little room it is whole, if not erased at once.
        if failure({ _ = try store.remove(name: "Ann") }) != nil {
          #expect(try store.digests().count == photos)
          try FileManager.default.removeItem(at: other)
          #expect(try store.remove(name: "Ann").names == ["Ann"])
        }
        #expect(try store.digests().count == photos - 1)
      }
    }
  }

  @Test(.enabled(if: ReadOnlyView.canMount)) func aFullDiskGetsNoHalfGallery() throws {
    try TestFiles.withTemporaryFolder { disk in
      try ReadOnlyView.smallDisk(kilobytes: 24, at: disk) {
        let home = disk.appendingPathComponent("gallery")
        #expect(
          failure { _ = try GalleryStore(at: home, access: .write, create: true) }
            == .diskFull(path: home.path))
        #expect(!FileManager.default.fileExists(atPath: home.path))
      }
    }
  }

  @Test func errorsAreOneLine() {
    let path = "/g"
    let errors: [GalleryError] = [
      .missing(path: path), .notAGallery(path: path), .newerVersion(path: path),
      .olderVersion(path: path), .damaged(path: path, detail: "x"), .inUse(path: path, pid: 7),
      .inUse(path: path, pid: nil), .readOnly(path: path), .unfinished(path: path),
      .diskFull(path: path), .modelMismatch(path: path, gallery: "a", model: "b"),
      .unusable(path: path, detail: "x"), .unknownName(path: path, name: "A"),
      .unknownFace(path: path, face: 1), .nameTaken(path: path, name: "A"),
      .failed(path: path, detail: "x"),
    ]
    for error in errors {
      #expect(!error.description.contains("\n") && error.description.contains(path))
    }
    #expect(
      GalleryError(DatabaseError(resultCode: .SQLITE_IOERR), path: path).description
        .contains("disk"))
  }
}
