import Foundation
import Synchronization
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// A backup is the gallery as it was at one moment, or none.
@Suite struct BackupTests {
  private static let passphrase = "korrekt Pferd 배터리"

  private func options(_ passphrase: String? = nil) -> BackupOptions {
    var options = BackupOptions()
    options.passphrase = passphrase
    // What is tested is not how long a passphrase takes.
    options.cost = 10
    return options
  }

  /// Gives the work a gallery with kept photos, a backup of it, and a folder for more.
  private func withBackup(
    _ passphrase: String? = nil, _ work: (Likeness, URL, URL) throws -> Void
  ) throws {
    try withKeptPhotos { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let file = folder.appendingPathComponent("people.backup")
      _ = try likeness.gallery.backUp(to: file, options(passphrase))
      try work(likeness, file, folder)
    }
  }

  /// All that is answered of a gallery, but for where it lies.
  private func answers(_ likeness: Likeness) throws -> [String] {
    let home = likeness.gallery.folder.path
    let faces = try likeness.faces.list(withEmbeddings: true).map {
      "\($0.face) \($0.name ?? "-") \($0.photo) \($0.box) \($0.embedding ?? [])"
    }
    let found = try likeness.nearest(to: "Ada", Question(count: 10, grouping: .photo)).map {
      "\($0.rank) \($0.face) \($0.name ?? "-") \($0.distance) \($0.photo)"
    }
    return (faces + found).map { $0.replacing(home, with: "") }
  }

  private func restored(
    _ file: URL, _ folder: URL, _ passphrase: String? = nil
  ) throws -> (Likeness, RestoreSummary) {
    let likeness = Likeness(gallery: folder.appendingPathComponent("restored"))
    return (likeness, try likeness.gallery.restore(from: file, passphrase: passphrase))
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: [nil, passphrase])
  func `what is restored answers as before`(passphrase: String?) throws {
    try withBackup(passphrase) { likeness, file, folder in
      let data = try Data(contentsOf: file)
      #expect((data.range(of: Data("gallery.sqlite".utf8)) == nil) == (passphrase != nil))
      #expect((data.range(of: keptContent(1)) == nil) == (passphrase != nil))
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      #expect(try names(folder) == ["gallery", "people.backup"])
      let (copy, summary) = try restored(file, folder, passphrase)
      #expect(summary.photos == 6 && summary.faces == 7 && summary.keptPhotos == 3)
      #expect(summary.lostPhotos == [] && !summary.keys)
      #expect(try answers(copy) == answers(likeness))
      for number in 0..<3 {
        let photo = try copy.photos.entry(PhotoID(Int64(number) + 4)).photo.photo
        #expect(
          photo.isKept && FileManager.default.contents(atPath: photo.path) == keptContent(number))
      }
      #expect(try copy.gallery.check().findings == [])
      #expect(try names(folder) == ["gallery", "people.backup", "restored"])
      #expect(try !names(likeness.gallery.folder).contains("backup.sqlite"))
    }
  }

  @Test func `an empty folder and an empty gallery will do`() throws {
    try withMadeGallery([]) { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let file = folder.appendingPathComponent("backup")
      #expect(try likeness.gallery.backUp(to: file, options()).photos == 0)
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("restored"), withIntermediateDirectories: false)
      let (copy, _) = try restored(file, folder)
      #expect(try copy.faces.count() == 0)
    }
  }

  @Test func `what killed backups left goes with the next change and the next backup`() throws {
    try withKeptPhotos { likeness in
      let gallery = likeness.gallery.folder
      let folder = gallery.deletingLastPathComponent()
      func left(_ name: String) -> URL {
        folder.appendingPathComponent(".\(name).\(UUID().uuidString).new")
      }
      let (mine, held, other) = (left("people.backup"), left("people.backup"), left("novel"))
      for url in [mine, held, other, BackupLock.copy(in: gallery)] {
        try Data([1]).write(to: url)
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: url.path)
      }
      let writing = open(held.path, O_RDWR)
      defer { close(writing) }
      #expect(flock(writing, LOCK_EX) == 0)
      try likeness.names.add("Ann")
      #expect(BackupLock.copies(in: gallery).isEmpty)
      let file = folder.appendingPathComponent("people.backup")
      _ = try likeness.gallery.backUp(to: file, options())
      let there = try names(folder)
      #expect(!there.contains(mine.lastPathComponent))
      #expect(there.contains(held.lastPathComponent) && there.contains(other.lastPathComponent))
    }
  }

  @Test func `only a backup or nothing is replaced`() throws {
    try withKeptPhotos { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let file = folder.appendingPathComponent("novel.txt")
      let novel = Data("Call me Ishmael. Some years ago, never mind how long precisely".utf8)
      try novel.write(to: file)
      let pipe = folder.appendingPathComponent("pipe")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      for place in [file, pipe] {
        #expect(throws: BackupError.notReplaceable(path: place.path)) {
          try likeness.gallery.backUp(to: place, options())
        }
      }
      #expect(try Data(contentsOf: file) == novel)
      // A link stays, and leads to the backup.
      let backup = folder.appendingPathComponent("one.backup")
      let link = folder.appendingPathComponent("last.backup")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: backup)
      for passphrase in [nil, nil, Self.passphrase, Self.passphrase] {
        _ = try likeness.gallery.backUp(to: link, options(passphrase))
      }
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: link.path)
      #expect(target == backup.path && FileManager.default.fileExists(atPath: backup.path))
    }
  }

  @Test func `kept photos that were altered are told`() throws {
    try withKeptPhotos { likeness in
      let file = likeness.gallery.folder.deletingLastPathComponent()
        .appendingPathComponent("people.backup")
      #expect(try likeness.gallery.backUp(to: file, options()).damagedPhotos.isEmpty)
      let photo = try #require(try likeness.gallery.reader().photos().first(where: \.isKept))
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: photo.path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("x".utf8))
      try handle.close()
      let summary = try likeness.gallery.backUp(to: file, options())
      #expect(summary.damagedPhotos.count == 1 && summary.lostPhotos.isEmpty)
      #expect(summary.damagedPhotos.allSatisfy { photo.path.hasSuffix($0) })
    }
  }

  @Test func `keys go along only if asked for`() throws {
    try withKeptPhotos { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let keys = Data("[]".utf8)
      try keys.write(to: likeness.gallery.folder.appendingPathComponent("keys.json"))
      for isWanted in [false, true] {
        let file = folder.appendingPathComponent("backup")
        var options = options()
        options.includesKeys = isWanted
        #expect(try likeness.gallery.backUp(to: file, options).keys == isWanted)
        let (copy, summary) = try restored(file, folder)
        #expect(summary.keys == isWanted)
        let other = copy.gallery.folder.appendingPathComponent("keys.json")
        let found = FileManager.default.contents(atPath: other.path)
        #expect(found == (isWanted ? keys : nil))
        try FileManager.default.removeItem(at: copy.gallery.folder)
      }
    }
  }

  // MARK: Damage

  /// A backup that was changed is refused, and nothing is left of the trial.
  private func expectRefused(
    _ data: Data, _ folder: URL, _ passphrase: String?, _ what: Comment
  ) throws {
    let file = folder.appendingPathComponent("altered")
    try data.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let before = try names(folder)
    let error = #expect(throws: BackupError.self, what) {
      try restored(file, folder, passphrase)
    }
    #expect(error.map { !$0.description.contains("\n") } == true)
    #expect(try names(folder) == before, what)
  }

  @Test(arguments: [nil, passphrase])
  func `no byte can be altered`(passphrase: String?) throws {
    try withBackup(passphrase) { _, file, folder in
      let sound = [UInt8](try Data(contentsOf: file))
      // All of the head, and of what follows some places from the first to the last.
      let places =
        Array(0..<BackupCipher.headSize)
        + (1...40).map {
          BackupCipher.headSize + (sound.count - 1 - BackupCipher.headSize) * $0 / 40
        }
      for place in places {
        var bytes = sound
        bytes[place] ^= UInt8(1 << (place % 8))
        try expectRefused(Data(bytes), folder, passphrase, "byte \(place) of \(sound.count)")
      }
    }
  }

  @Test(arguments: [nil, passphrase])
  func `nothing can be cut off or added`(passphrase: String?) throws {
    try withBackup(passphrase) { _, file, folder in
      let sound = try Data(contentsOf: file)
      let chunk = 65_536 + BackupCipher.tagSize
      let sizes = [
        0, 1, 50, BackupCipher.headSize, BackupCipher.headSize + 5, BackupCipher.headSize + chunk,
        BackupCipher.headSize + 2 * chunk, sound.count / 2, sound.count - 22, sound.count - 1,
      ]
      for size in sizes where size < sound.count {
        try expectRefused(sound.prefix(size), folder, passphrase, "\(size) of \(sound.count)")
      }
      try expectRefused(sound + [0], folder, passphrase, "a byte more")
      try expectRefused(sound + sound, folder, passphrase, "twice")
    }
  }

  @Test func `chunks cannot change places`() throws {
    try withBackup(Self.passphrase) { _, file, folder in
      let sound = try Data(contentsOf: file)
      let (head, chunk) = (BackupCipher.headSize, 65_536 + BackupCipher.tagSize)
      try #require(sound.count > head + 2 * chunk)
      let first = sound[head..<head + chunk]
      let second = sound[head + chunk..<head + 2 * chunk]
      let rest = sound[(head + 2 * chunk)...]
      for (what, body) in [
        ("swapped", second + first + rest), ("left out", first + rest),
        ("doubled", first + first + second + rest),
      ] as [(String, Data)] {
        try expectRefused(sound.prefix(head) + body, folder, Self.passphrase, "\(what)")
      }
      // Of another backup of the same gallery, with the same passphrase.
      let other = folder.appendingPathComponent("other")
      _ = try Likeness(gallery: folder.appendingPathComponent("gallery")).gallery
        .backUp(to: other, options(Self.passphrase))
      let foreign = try Data(contentsOf: other)[head..<head + chunk]
      try FileManager.default.removeItem(at: other)
      try expectRefused(
        sound.prefix(head) + foreign + second + rest, folder, Self.passphrase, "foreign")
    }
  }

  @Test func `each mistake is told apart`() throws {
    try withBackup(Self.passphrase) { likeness, file, folder in
      let gallery = Likeness(gallery: folder.appendingPathComponent("restored")).gallery
      func expect(_ error: BackupError, _ file: URL, _ passphrase: String?) {
        #expect(throws: error) { try gallery.restore(from: file, passphrase: passphrase) }
      }
      expect(.wrongPassphrase(path: file.path), file, "korrekt Pferd")
      expect(.needsPassphrase(path: file.path), file, nil)
      expect(.emptyPassphrase, file, "")
      #expect(throws: BackupError.emptyPassphrase) {
        try likeness.gallery.backUp(to: file, options(""))
      }
      let plain = folder.appendingPathComponent("plain")
      _ = try likeness.gallery.backUp(to: plain, options())
      expect(.notEncrypted(path: plain.path), plain, "x")
      let text = folder.appendingPathComponent("text")
      try Data("only words".utf8).write(to: text)
      expect(.notABackup(path: text.path), text, nil)
      let database = likeness.gallery.folder.appendingPathComponent("gallery.sqlite")
      #expect(throws: BackupError.insideGallery(path: database.path)) {
        try likeness.gallery.backUp(to: database, options())
      }
      let none = folder.appendingPathComponent("none")
      #expect(throws: BackupError.self) { try gallery.restore(from: none) }
      let place = try GalleryPlace("milvus://127.0.0.1:1/people")
      let server = Likeness(place: place).gallery
      #expect(throws: BackupError.onServer(path: place.path)) { try server.backUp(to: none) }
      #expect(throws: BackupError.onServer(path: place.path)) { try server.restore(from: file) }
      // The passphrase is a text, however its letters are composed.
      let decomposed = Self.passphrase.decomposedStringWithCanonicalMapping
      #expect(try gallery.restore(from: file, passphrase: decomposed).photos == 6)
    }
  }

  @Test func `a gallery that is there is never touched`() throws {
    try withBackup { likeness, file, _ in
      let before = try names(likeness.gallery.folder)
      let path = likeness.gallery.folder.path
      #expect(throws: BackupError.occupied(path: path)) {
        try likeness.gallery.restore(from: file)
      }
      #expect(try names(likeness.gallery.folder) == before)
    }
  }

  @Test func `a damaged database is not backed up as if it were whole`() throws {
    try withKeptPhotos { likeness in
      let home = likeness.gallery.folder
      let database = home.appendingPathComponent("gallery.sqlite")
      var data = try Data(contentsOf: database)
      for offset in stride(from: 3 * 4096, to: data.count, by: 4096) {
        data.replaceSubrange(offset..<offset + 100, with: repeatElement(0xA5, count: 100))
      }
      try data.write(to: database)
      let file = home.deletingLastPathComponent().appendingPathComponent("backup")
      #expect(throws: GalleryError.self) { try likeness.gallery.backUp(to: file, options()) }
      #expect(try names(home.deletingLastPathComponent()) == ["gallery"])
    }
  }

  // MARK: Changes meanwhile

  @Test func `a photo that is removed while photos are copied is not missed`() throws {
    try withKeptPhotos { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let file = folder.appendingPathComponent("backup")
      var isFirst = true
      let summary = try likeness.gallery.backUp(to: file, options()) {
        false
      } progress: { done, _ in
        guard isFirst else { return }
        isFirst = false
        // The last one by its digest, which was not copied yet; and the first one, which was.
        let paths = (try? likeness.gallery.reader().photos().filter(\.isKept)) ?? []
        let photos = paths.sorted { $0.digest < $1.digest }.map(\.id)
        _ = try? likeness.remove(Removal(photos: [photos[0], photos[2]]))
      }
      #expect(summary.photos == 4 && summary.keptPhotos == 1 && summary.lostPhotos == [])
      let (copy, restored) = try restored(file, folder)
      #expect(restored.photos == 4 && restored.keptPhotos == 1)
      #expect(try copy.gallery.check().findings == [])
      #expect(try answers(copy) == answers(likeness))
    }
  }

  @Test func `a photo that the gallery has lost is told`() throws {
    try withKeptPhotos { likeness in
      let folder = likeness.gallery.folder.deletingLastPathComponent()
      let path = try #require(try likeness.gallery.reader().photo(id: 5)?.path)
      try FileManager.default.removeItem(atPath: path)
      let file = folder.appendingPathComponent("backup")
      let lost = ["photos/" + path.split(separator: "/").suffix(2).joined(separator: "/")]
      #expect(try likeness.gallery.backUp(to: file, options()).lostPhotos == lost)
      let (_, summary) = try restored(file, folder)
      #expect(summary.lostPhotos == lost && summary.keptPhotos == 2 && summary.photos == 6)
    }
  }

  @Test func `one that is stopped leaves nothing`() throws {
    try withBackup { likeness, file, folder in
      let sound = try Data(contentsOf: file)
      #expect(throws: BackupError.interrupted) {
        try likeness.gallery.backUp(to: file, options(), isCancelled: { true })
      }
      let target = Likeness(gallery: folder.appendingPathComponent("restored"))
      #expect(throws: BackupError.interrupted) {
        try target.gallery.restore(from: file, isCancelled: { true })
      }
      #expect(try names(folder) == ["gallery", "people.backup"])
      #expect(try Data(contentsOf: file) == sound)
    }
  }

  /// What the thread that writes and the one that makes backups tell each other.
  private final class Writer: Sendable {
    let isDone = Atomic(false)
    let failure = Mutex<String?>(nil)
  }

  @Test func `backups while somebody writes are of one moment each`() async throws {
    try await OwnThread.run {
      try withKeptPhotos { likeness in
        let home = likeness.gallery.folder
        let folder = home.deletingLastPathComponent()
        let writer = Writer()
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread {
          defer { group.leave() }
          do {
            // Each photo comes with three faces and goes with all of them.
            var faces = MadeFaces(seed: 77)
            // Whose photos have the digests of those that are there.
            for _ in 0..<3 { _ = faces.photo(of: []) }
            var number = 10
            while !writer.isDone.load(ordering: .relaxed) {
              number += 1
              let store = try GalleryStore(at: home, access: .write)
              let photo = faces.photo(of: [number % 5, 7, 8])
              try keep(number, photo.digest, photo, in: store)
              if number % 3 == 0, let oldest = try store.photos().dropFirst(3).first {
                _ = try store.remove(Removal(photos: [oldest.id]))
              }
            }
          } catch {
            writer.failure.withLock { $0 = "\(error)" }
          }
        }
        defer {
          writer.isDone.store(true, ordering: .relaxed)
          group.wait()
        }
        for round in 0..<4 {
          let file = folder.appendingPathComponent("backup \(round)")
          let summary = try likeness.gallery.backUp(to: file, options())
          #expect(summary.lostPhotos == [])
          let copy = Likeness(gallery: folder.appendingPathComponent("copy \(round)"))
          let restored = try copy.gallery.restore(from: file)
          #expect(restored.photos == summary.photos && restored.faces == summary.faces)
          var options = CheckOptions()
          // Their names are made up.
          options.readsPhotos = false
          let check = try copy.gallery.check(options)
          #expect(check.findings == [] && check.photos == summary.photos)
          let store = try GalleryStore(at: copy.gallery.folder, access: .read)
          for photo in try store.photos() where photo.isKept && photo.id > 6 {
            #expect(try store.faces(inPhoto: photo.id).count == 3)
          }
        }
        writer.isDone.store(true, ordering: .relaxed)
        group.wait()
        #expect(writer.failure.withLock { $0 } == nil)
      }
    }
  }
}
