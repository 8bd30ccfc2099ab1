import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// What is wrong with the files of a gallery's folder is found and repaired.
@Suite struct GalleryFolderCheckTests {
  /// Gives the work a gallery with kept photos in which nothing is wrong.
  private func withSoundGallery(_ work: (OpenGallery, URL) throws -> Void) throws {
    try withKeptPhotos { likeness in
      _ = try check(likeness.gallery, repairs: true)
      #expect(try check(likeness.gallery).findings == [])
      try work(likeness.gallery, likeness.gallery.folder)
    }
  }

  private func check(_ gallery: OpenGallery, repairs: Bool = false) throws -> GalleryCheck {
    var options = CheckOptions()
    options.repairs = repairs
    return try gallery.check(options)
  }

  private func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

  private func file(_ number: Int, _ folder: URL) throws -> URL {
    let store = try GalleryStore(at: folder, access: .read)
    return URL(fileURLWithPath: try #require(try store.photo(id: PhotoID(Int64(number)))?.path))
  }

  @Test func `a sound gallery is counted`() throws {
    try withSoundGallery { gallery, _ in
      let check = try check(gallery)
      #expect(check.photos == 6 && check.faces == 7 && check.isSound && check.index == nil)
    }
  }

  @Test func `files that others can read are closed to them`() throws {
    try withSoundGallery { gallery, folder in
      let photo = try file(4, folder)
      for (path, mode) in [(photo.path, 0o640), (folder.path, 0o755)] {
        #expect(chmod(path, mode_t(mode)) == 0)
      }
      let found = try check(gallery)
      #expect(found.findings.map(\.kind) == [.permission] && found.findings[0].count == 2)
      #expect(found.findings[0].text.contains("the folder itself, photos/"))
      #expect(!found.isSound)
      #expect(try check(gallery, repairs: true).isSound)
      func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode(photo.path) == 0o600 && mode(folder.path) == 0o700)
      #expect(try check(gallery).findings == [])
    }
  }

  @Test func `what is not the gallery's keeps its permissions`() throws {
    try withSoundGallery { _, folder in
      let others = ["mine", "mine/a.txt", "notes.txt", "photos/mine.txt"]
        .map { folder.appendingPathComponent($0) }
      try FileManager.default.createDirectory(at: others[0], withIntermediateDirectories: true)
      for file in others.dropFirst() { try Data([1]).write(to: file) }
      func mode(_ file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      }
      let folders = [folder, folder.appendingPathComponent("photos"), others[0]]
      for file in others + folders { chmod(file.path, folders.contains(file) ? 0o755 : 0o644) }
      let database = folder.appendingPathComponent("gallery.sqlite")
      chmod(database.path, 0o644)
      // Each opens the gallery anew, as the program does.
      let found = try check(Likeness(gallery: folder).gallery).findings.filter {
        $0.kind == .permission
      }
      #expect(found.map(\.count) == [1] && found[0].text.hasSuffix(": gallery.sqlite"))
      let repaired = try check(Likeness(gallery: folder).gallery, repairs: true).findings
        .filter { $0.kind == .permission }
      #expect(repaired.map(\.text) == found.map(\.text) && repaired[0].repaired)
      #expect(try mode(database) == 0o600)
      for file in others + folders {
        #expect(try mode(file) == (folders.contains(file) ? 0o755 : 0o644), "\(file.path)")
      }
      #expect(try check(Likeness(gallery: folder).gallery).findings == [])
    }
  }

  @Test func `photos that no record names are deleted after saying which`() throws {
    try withSoundGallery { gallery, folder in
      let digest = "ab" + String(repeating: "0", count: 62)
      let kept = KeptPhotos(gallery: folder)
      let stray = kept.file(kept.path(digest: digest, fileExtension: "jpg"))
      try kept.keep(Data([1]), at: stray)
      for path in [stray.path, stray.deletingLastPathComponent().path] { chmod(path, 0o700) }
      // Somebody may be just adding it.
      #expect(try check(gallery).findings == [])
      try age(stray)
      let found = try check(gallery).findings
      #expect(found.map(\.kind) == [.photo] && found[0].repair == "delete it")
      #expect(found[0].text.hasSuffix("photos/ab/\(digest).jpg") && exists(stray))
      let repaired = try check(gallery, repairs: true).findings
      #expect(repaired.map(\.repair) == ["deleted it"] && !exists(stray))
      #expect(try check(gallery).findings == [])
    }
  }

  @Test func `kept photos that are lost or altered are told`() throws {
    try withSoundGallery { gallery, folder in
      try FileManager.default.removeItem(at: try file(4, folder))
      let altered = try FileHandle(forWritingTo: try file(6, folder))
      try altered.write(contentsOf: Data("P".utf8))
      try altered.close()
      let found = try check(gallery, repairs: true).findings
      #expect(found.map(\.kind) == [.photo, .photo] && found.allSatisfy { $0.repair == nil })
      #expect(
        found.map(\.text) == ["1 kept photo is lost: photo:4", "1 kept photo is damaged: photo:6"])
      #expect(try gallery.reader().photoCount() == 6)
      var quick = CheckOptions()
      quick.readsPhotos = false
      #expect(try gallery.check(quick).findings.count == 1)
    }
  }

  @Test func `what killed programs left is deleted`() throws {
    try withSoundGallery { gallery, folder in
      let names = [
        "gallery.sqlite.new", "gallery.sqlite.new-journal", "faces.index.unfinished-7",
        ".keys.json.new", "backup.sqlite", "photos/ab/.\(UUID().uuidString).new",
      ]
      let home = folder.appendingPathComponent("photos/ab")
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      chmod(home.path, 0o700)
      for name in names {
        let file = folder.appendingPathComponent(name)
        try Data([1]).write(to: file)
        chmod(file.path, 0o600)
        try age(file)
      }
      let found = try check(gallery).findings
      #expect(found.allSatisfy { $0.kind == .leftover && $0.repair?.hasPrefix("delete ") == true })
      #expect(found.reduce(0) { $0 + $1.count } == names.count)
      #expect(names.allSatisfy { exists(folder.appendingPathComponent($0)) })
      #expect(try check(gallery, repairs: true).isSound)
      #expect(!names.contains { exists(folder.appendingPathComponent($0)) })
      #expect(try check(gallery).findings == [])
    }
  }

  @Test func `a copy of the database is no leftover while its backup is made`() throws {
    try withSoundGallery { gallery, folder in
      let lock = try #require(BackupLock(gallery: folder))
      let copy = BackupLock.copy(in: folder)
      #expect(FileManager.default.createFile(atPath: copy.path, contents: Data([1])))
      chmod(copy.path, 0o600)
      #expect(try check(gallery, repairs: true).findings == [])
      #expect(exists(copy) && BackupLock(gallery: folder) == nil)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a database that cannot be read is a finding`() throws {
    try withSoundGallery { gallery, folder in
      let file = folder.appendingPathComponent("gallery.sqlite")
      try Data(contentsOf: file).prefix(9000).write(to: file)
      for repairs in [false, true] {
        let check = try check(gallery, repairs: repairs)
        #expect(check.findings.contains { $0.kind == .database && !$0.repaired })
        #expect(!check.isSound && check.photos == nil)
      }
    }
  }

  @Test func `who repairs waits for nobody`() throws {
    try withSoundGallery { gallery, folder in
      let holder = try GalleryStore(at: folder, access: .write)
      #expect(throws: GalleryError.inUse(path: folder.path, pid: getpid())) {
        try check(gallery, repairs: true)
      }
      #expect(try check(gallery).findings == [])
      withExtendedLifetime(holder) {}
    }
  }

  @Test func `embeddings of a model that says so have length 1`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder)
      do {
        let store = try GalleryStore(at: folder, access: .write, create: true)
        var faces = MadeFaces(seed: 3)
        try store.add([faces.photo(of: [0])], model: "sface")
      }
      let found = try check(likeness.gallery).findings.filter { $0.kind == .embedding }
      #expect(found.count == 1 && found[0].text.contains("length 1"))
    }
  }
}
