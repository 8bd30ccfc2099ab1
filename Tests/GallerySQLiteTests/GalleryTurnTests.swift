import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

/// Writers of a gallery take turns.
@Suite struct GalleryTurnTests {
  private func withEmptyGallery(_ work: (URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      try work(home)
    }
  }

  private static func turn(_ home: URL, _ patience: Duration = .seconds(30)) throws -> GalleryStore
  {
    try GalleryStore(at: home, access: .write, isBrief: true, patience: patience)
  }

  @Test func `nobody is kept waiting by writers that always want the next turn`() throws {
    try withEmptyGallery { home in
      let isOver = Atomic(false)
      let ended = DispatchSemaphore(value: 0)
      for _ in 0..<2 {
        Thread {
          while !isOver.load(ordering: .relaxed) {
            guard let store = try? Self.turn(home) else { continue }
            // Long, so that others come while it has its turn.
            usleep(20_000)
            withExtendedLifetime(store) {}
          }
          ended.signal()
        }.start()
      }
      defer {
        isOver.store(true, ordering: .relaxed)
        for _ in 0..<2 { ended.wait() }
      }
      for number in 0..<10 { try Self.turn(home, .seconds(10)).addName("\(number)") }
      #expect(try GalleryStore(at: home, access: .read).names().count == 10)
    }
  }

  @Test func `a turn is waited for as long as was said`() throws {
    try withEmptyGallery { home in
      let holder = try Self.turn(home)
      let clock = ContinuousClock()
      let waited = clock.measure {
        #expect(
          failure { _ = try Self.turn(home, .milliseconds(200)) }
            == .inUse(path: home.path, pid: nil))
      }
      #expect(waited >= .milliseconds(200) && waited < .seconds(20))
      withExtendedLifetime(holder) {}
    }
  }

  @Test func `who holds the gallery for a whole task refuses others at once`() throws {
    try withEmptyGallery { home in
      let holder = try GalleryStore(at: home, access: .write)
      let waited = ContinuousClock().measure {
        #expect(
          failure { _ = try Self.turn(home, .seconds(60)) }
            == .inUse(path: home.path, pid: getpid()))
      }
      #expect(waited < .seconds(30))
      withExtendedLifetime(holder) {}
    }
  }

  @Test func `a gallery is its owner's alone, whatever the umask`() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      // Its log, its shared memory and its locks are there.
      let names = try FileManager.default.contentsOfDirectory(atPath: home.path)
      #expect(names.contains("gallery.sqlite-wal") && names.contains("gallery.lock"))
      let upgrade = try store.upgrade(to: EmbeddingModel(name: "new"), settings: "s")
      #expect(FileManager.default.fileExists(atPath: home.path + "/upgrade.sqlite"))
      #expect(try TestFiles.openToOthers(in: home) == [])
      withExtendedLifetime(upgrade) {}
    }
  }

  @Test func `an older gallery is closed to others when it is opened for writing`() throws {
    try withEmptyGallery { home in
      let digest = String(repeating: "ab", count: 32)
      let manager = FileManager.default
      try manager.createDirectory(
        at: home.appendingPathComponent("photos/ab"), withIntermediateDirectories: true)
      for name in ["photos/ab/\(digest).jpg", "faces.index", "keys.json", "audit.log.1"] {
        try Data("bytes".utf8).write(to: home.appendingPathComponent(name))
      }
      func open(_ folder: URL) throws {
        for name in try manager.subpathsOfDirectory(atPath: folder.path) {
          var isFolder: ObjCBool = false
          let path = "\(folder.path)/\(name)"
          _ = manager.fileExists(atPath: path, isDirectory: &isFolder)
          #expect(chmod(path, isFolder.boolValue ? 0o755 : 0o644) == 0)
        }
        #expect(chmod(folder.path, 0o755) == 0)
      }
      try open(home)
      // Reading changes nothing.
      do { #expect(try GalleryStore(at: home, access: .read).names().isEmpty) }
      #expect(try TestFiles.openToOthers(in: home).count > 7)
      do { _ = try GalleryStore(at: home, access: .write) }
      #expect(try TestFiles.openToOthers(in: home) == [])
      // What others keep beside it stays theirs.
      let note = home.appendingPathComponent("notes.txt").path
      try Data("notes".utf8).write(to: URL(fileURLWithPath: note))
      try open(home)
      do { _ = try GalleryStore(at: home, access: .write) }
      #expect(try TestFiles.openToOthers(in: home) == ["\(home.path) 755", "\(note) 644"])
      // Nobody is given a right.
      #expect(chmod(note, 0o600) == 0 && unlink(note) == 0 && chmod(home.path, 0o500) == 0)
      if let store = try? GalleryStore(at: home, access: .write) {
        withExtendedLifetime(store) {}
        var status = stat()
        #expect(stat(home.path, &status) == 0 && status.st_mode & 0o777 == 0o500)
      }
      #expect(chmod(home.path, 0o700) == 0)
    }
  }
}
