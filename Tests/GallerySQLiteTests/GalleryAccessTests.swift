import Foundation
import GRDB
import LikenessCore
import Synchronization
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

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

  /// A process that is just being started has copies of all descriptors for a moment.
  @Test func theLockEndsWithItsHolderWhoeverHasACopyOfIt() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let lock = home.appendingPathComponent("gallery.lock").path
      var copies: [Int32] = []
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
          let target = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/\(name)")
          if target == lock, let descriptor = Int32(name) { copies.append(dup(descriptor)) }
        }
        withExtendedLifetime(store) {}
      }
      defer { for copy in copies { close(copy) } }
      #expect(!copies.isEmpty)
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

  /// A gallery of which the first bytes went is told from a file that never was one, and is not touched.
  @Test(arguments: [16, 100])
  func damagedFirstBytesAreDamage(_ count: Int) throws {
    try TestFiles.withTemporaryFolder { home in
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
      }
      let file = home.appendingPathComponent("gallery.sqlite")
      var data = try Data(contentsOf: file)
      data.replaceSubrange(0..<count, with: Data(repeating: 0xAA, count: count))
      try data.write(to: file)
      guard case .damaged? = failure({ _ = try GalleryStore(at: home, access: .read) }) else {
        Issue.record("it is not said to be damaged")
        return
      }
      #expect(try Data(contentsOf: file) == data)
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

  @Test func anotherProcessThatWritesIsNamed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      let other = Process()
      other.executableURL = URL(fileURLWithPath: "/bin/sh")
      other.arguments = [
        "-c", "exec 9<>\"$0\"; flock -n 9 || exit 1; echo $$ >&9; echo locked; read line",
        home.appendingPathComponent("gallery.lock").path,
      ]
      let (input, output) = (Pipe(), Pipe())
      other.standardInput = input
      other.standardOutput = output
      try other.run()
      #expect(output.fileHandleForReading.availableData == Data("locked\n".utf8))
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write) }
          == .inUse(path: home.path, pid: other.processIdentifier))
      #expect(failure { _ = try GalleryStore(at: home, access: .read).names() } == nil)
      kill(other.processIdentifier, SIGKILL)
      other.waitUntilExit()
      #expect(failure { _ = try GalleryStore(at: home, access: .write) } == nil)
    }
  }

  @Test func readersSeeTheLastWholeStateWhileAWriterIsAtWork() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      try store.database().write { db in
        try db.execute(sql: "DELETE FROM face")
        let reader = try GalleryStore(at: home, access: .read)
        #expect(try reader.summary().faces == 1)
      }
      #expect(try GalleryStore(at: home, access: .read).summary().faces == 0)
    }
  }

  @Test func aClosedGalleryIsWholeWithoutItsLog() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let copy = folder.appendingPathComponent("copy")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
        #expect(try store.names().count == 1)
      }
      try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
      let name = "gallery.sqlite"
      try FileManager.default.copyItem(
        at: home.appendingPathComponent(name), to: copy.appendingPathComponent(name))
      #expect(try GalleryStore(at: copy, access: .read).names().count == 1)
    }
  }

  @Test func readingChangesNothing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
      }
      let file = home.appendingPathComponent("gallery.sqlite")
      let before = try Data(contentsOf: file)
      for _ in 0..<2 { #expect(try GalleryStore(at: home, access: .read).summary().faces == 1) }
      #expect(try Data(contentsOf: file) == before)
    }
  }

  @Test(.enabled(if: ReadOnlyView.isPossible)) func aReadOnlyDiskIsRead() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery # 100% ?")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
      }
      // With and without what a reader leaves behind.
      for leftover in [false, true] {
        if leftover { #expect(try GalleryStore(at: home, access: .read).names().count == 1) }
        try ReadOnlyView.of(home) { view throws in
          #expect(try GalleryStore(at: view, access: .read).embeddings().faces.count == 1)
          #expect(
            failure { _ = try GalleryStore(at: view, access: .write) } == .readOnly(path: view.path)
          )
          let inside = view.appendingPathComponent("new")
          #expect(
            failure { _ = try GalleryStore(at: inside, access: .write, create: true) }
              == .readOnly(path: inside.path))
        }
      }
    }
  }

  @Test(.enabled(if: ReadOnlyView.isPossible)) func aReadOnlyGalleryInTheMiddleOfAChangeSaysSo()
    throws
  {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let copy = home.deletingLastPathComponent().appendingPathComponent("copy")
      try FileManager.default.copyItem(at: home, to: copy)
      try ReadOnlyView.of(copy) { view throws in
        // The log and its index are there: both are read.
        #expect(try GalleryStore(at: view, access: .read).names().count == 1)
      }
      try FileManager.default.removeItem(at: copy.appendingPathComponent("gallery.sqlite-shm"))
      try ReadOnlyView.of(copy) { view throws in
        #expect(
          failure { _ = try GalleryStore(at: view, access: .read) } == .unfinished(path: view.path))
      }
    }
  }

  /// Read-only to us, but not to its owner.
  @Test(.enabled(if: ReadOnlyView.canMount)) func aReadOnlyGalleryMayBeChangedByOthers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      for end in ["-wal", "-shm"] { unlink(home.path + "/gallery.sqlite" + end) }
      try ReadOnlyView.of(home) { view throws in
        let reader = try GalleryStore(at: view, access: .read)
        #expect(try reader.names().isEmpty)
        let other = folder.appendingPathComponent("other")
        do {
          let store = try GalleryStore(at: other, access: .write, create: true)
          try store.add([photo("a", [face("Ann", 1)])], model: model)
        }
        let name = "gallery.sqlite"
        #expect(
          rename(
            other.appendingPathComponent(name).path, home.appendingPathComponent(name).path) == 0)
        #expect(try reader.names().count == 1)
      }
    }
  }

  /// SQLite's locks tell other programs that somebody is there. Whoever closes any handle of the file ends them for the
  /// whole process.
  /// Whoever finds a gallery in use lets go of what it opened once: the number may be another thread's file by then,
  /// which was cleared and closed under its feet.
  @Test func whoeverIsRefusedTouchesNoOtherFile() throws {
    try TestFiles.withTemporaryFolder { home in
      let files = GalleryFiles(folder: home)
      let lock = try GalleryLock(files)
      let other = home.appendingPathComponent("other")
      try Data(count: 1_000).write(to: other)
      let refused = Atomic(0)
      let harmed = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: 4) { number in
        for _ in 0..<5_000 {
          if number % 2 == 0 {
            if (try? GalleryLock(files)) == nil { refused.add(1, ordering: .relaxed) }
            continue
          }
          let file = open(other.path, O_RDWR | O_CLOEXEC)
          var status = stat()
          let isWhole = fstat(file, &status) == 0 && status.st_size == 1_000
          if close(file) != 0 || !isWhole { harmed.add(1, ordering: .relaxed) }
        }
      }
      #expect(refused.load(ordering: .relaxed) == 10_000)
      #expect(harmed.load(ordering: .relaxed) == 0)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func locksOutlastOthersOfThisProcess() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      let file = home.appendingPathComponent("gallery.sqlite").path
      var status = stat()
      try #require(stat(file, &status) == 0)
      func locks() throws -> Int {
        try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n").count {
          $0.contains(" \(getpid()) ") && $0.contains(":\(status.st_ino) ")
        }
      }
      let reader = try GalleryStore(at: home, access: .read)
      #expect(try reader.names().isEmpty)
      let held = try locks()
      #expect(held > 0)
      do { #expect(try GalleryStore(at: home, access: .write).names().isEmpty) }
      do { #expect(try GalleryStore(at: home, access: .read).names().isEmpty) }
      #expect(try locks() == held)
      #expect(try reader.names().isEmpty)
    }
  }

  @Test func otherDatabasesAreNotTouched() throws {
    try TestFiles.withTemporaryFolder { home in
      let file = home.appendingPathComponent("gallery.sqlite")
      try DatabaseQueue(path: file.path).write { try $0.execute(sql: "CREATE TABLE other (x)") }
      let before = try Data(contentsOf: file)
      #expect(
        failure { _ = try GalleryStore(at: home, access: .write, create: true) }
          == .notAGallery(path: home.path))
      #expect(try Data(contentsOf: file) == before)
    }
  }

  @Test func anOlderGalleryIsBroughtUpToDate() throws {
    try TestFiles.withTemporaryFolder { home in
      let file = home.appendingPathComponent("gallery.sqlite")
      func makeOld() throws {
        let queue = try DatabaseQueue(path: file.path)
        try GallerySchema.migrator.migrate(queue, upTo: "1 photos, names, faces")
        try queue.close()
      }
      try makeOld()
      if ReadOnlyView.isPossible {
        try ReadOnlyView.of(home.appendingPathComponent(".")) { view throws in
          #expect(
            failure { _ = try GalleryStore(at: view, access: .read) }
              == .olderVersion(path: view.path)
          )
        }
      }
      #expect(try GalleryStore(at: home, access: .read).summary().id?.count == 32)
      try FileManager.default.removeItem(at: file)
      try makeOld()
      let store = try GalleryStore(at: home, access: .write)
      #expect(try store.add([photo("a", [face("Ann", 1)])], model: model) == [true])
    }
  }
}
