import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoFinderTests {
  private func make(_ paths: [String], in folder: URL) throws {
    for path in paths {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("x".utf8).write(to: file)
    }
  }

  private func found(_ paths: [URL], below folder: URL) throws -> [String] {
    try PhotoFinder.files(at: paths).map {
      String($0.standardizedFileURL.path.dropFirst(folder.standardizedFileURL.path.count + 1))
    }
  }

  @Test func foldersGiveTheirPhotosInOrder() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(
        [
          "b.JPG", "a.png", "sub/deep/c.heic", "sub/d.txt", ".hidden.jpg", ".git/e.jpg",
          "name with space/ü \"x\" 😀.webp", "noextension",
        ], in: folder)
      // A folder that is called like a photo is a folder.
      try make(["album.jpg/f.jpeg"], in: folder)
      #expect(
        try found([folder], below: folder) == [
          "a.png", "album.jpg/f.jpeg", "b.JPG", "name with space/ü \"x\" 😀.webp",
          "sub/deep/c.heic",
        ])
    }
  }

  @Test func aLinkToAFolderIsThatFolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["photos/a.jpg", "photos/sub/b.jpg"], in: folder)
      let link = folder.appendingPathComponent("link")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: folder.appendingPathComponent("photos"))
      let root = folder.resolvingSymlinksInPath()
      for path in [link, link.appendingPathComponent("")] {
        #expect(try found([path], below: root) == ["photos/a.jpg", "photos/sub/b.jpg"])
      }
    }
  }

  private func link(_ path: String, to target: String, in folder: URL) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent(path).path, withDestinationPath: target)
  }

  private func counts(_ passedOver: PassedOver) -> [PassedOver.Reason: Int] {
    Dictionary(
      uniqueKeysWithValues: PassedOver.Reason.allCases.filter { passedOver[$0] > 0 }
        .map { ($0, passedOver[$0]) })
  }

  @Test func linksInAFolderAreFollowedOnceEach() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["in/a.jpg", "in/sub/b.jpg", "out/c.jpg", "out/deep/d.jpg"], in: folder)
      try link("in/album", to: "../out", in: folder)
      // The same folder again, a circle, a file that is there, one that is not yet, and nothing.
      try link("in/again", to: "../out/.", in: folder)
      try link("in/sub/up", to: "..", in: folder)
      try link("in/same.jpg", to: "a.jpg", in: folder)
      try link("in/other.jpg", to: "../out/other.dat", in: folder)
      try link("in/self.jpg", to: "self.jpg", in: folder)
      try link("in/gone.jpg", to: "nothing.jpg", in: folder)
      try make(["out/other.dat"], in: folder)
      let start = folder.appendingPathComponent("in")
      let (files, passedOver) = try PhotoFinder.search([start])
      let names = files.map { String($0.path.dropFirst(start.path.count + 1)) }
      #expect(names == ["a.jpg", "again/c.jpg", "again/deep/d.jpg", "other.jpg", "sub/b.jpg"])
      // out/other.dat is another file by its own name.
      #expect(counts(passedOver) == [.repeated: 3, .brokenLink: 2, .other: 1])
      #expect(
        passedOver.entries.filter { $0.reason == .brokenLink }.map(\.path)
          == ["gone.jpg", "self.jpg"].map { start.appendingPathComponent($0).path })

      // A file counts by each name where folders say something about it.
      let labelled = try PhotoFinder.files(at: [start]).map(\.lastPathComponent)
      #expect(labelled == ["a.jpg", "c.jpg", "d.jpg", "other.jpg", "same.jpg", "b.jpg"])
    }
  }

  @Test func aFoldersOwnPathCountsBeforeALinkToIt() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["z/photos/a.jpg"], in: folder)
      try link("album", to: "z/photos", in: folder)
      try link("b.jpg", to: "z/photos/a.jpg", in: folder)
      let (files, passedOver) = try PhotoFinder.search([folder])
      #expect(files.map(\.lastPathComponent) == ["a.jpg"] && files[0].path.contains("/z/photos/"))
      #expect(counts(passedOver) == [.repeated: 2])
    }
  }

  @Test func whatIsNoPhotoIsCountedByReason() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(
        [
          "a.jpg", "A.CR2", "b.nef", "c/b.jpg", "clip.MOV", "clip2.mp4", "x.jxl", "x.psd",
          "notes.txt", "list.csv", ".hidden.jpg", ".git/config", "a.xmp", "Thumbs.db",
        ], in: folder)
      #expect(mkfifo(folder.appendingPathComponent("pipe.jpg").path, 0o600) == 0)
      let (files, passedOver) = try PhotoFinder.search([folder])
      #expect(files.map(\.lastPathComponent) == ["a.jpg", "b.jpg"])
      #expect(
        counts(passedOver) == [
          .rawBesidePhoto: 1, .raw: 1, .video: 2, .unsupportedImage: 2, .other: 3, .hidden: 4,
        ])
      #expect(passedOver.total == passedOver.entries.count && passedOver.total == 13)
      #expect(
        passedOver.inWords
          == "not photos: 2 videos, 1 raw file without a photo beside it, 1 raw file beside its photo, "
          + "2 images of formats that are not supported, 3 other files, 4 hidden files and sidecars"
      )
      let json = try JSONEncoder().encode(passedOver)
      #expect(counts(try JSONDecoder().decode(PassedOver.self, from: json)) == counts(passedOver))
    }
  }

  @Test func filesWithoutAnEndingAreLookedInto() throws {
    try TestFiles.withTemporaryFolder { folder in
      let jpeg = try TestImage.fields().encoded(".jpg")
      for name in ["IMG_1", "Mr. Smith", "2020.05.17", "pair.mpo"] {
        try jpeg.write(to: folder.appendingPathComponent(name))
      }
      try Data([0xFF, 0x0A, 1, 2]).write(to: folder.appendingPathComponent("new"))
      try Data([0, 0, 0, 24] + Array("ftypmp42\0\0\0\0mp42isom".utf8)).write(
        to: folder.appendingPathComponent("film"))
      try Data("II*\0\u{10}\0\0\0CR\u{2}\0".utf8).write(to: folder.appendingPathComponent("raw"))
      try Data().write(to: folder.appendingPathComponent("LICENSE"))
      let (files, passedOver) = try PhotoFinder.search([folder])
      #expect(
        files.map(\.lastPathComponent) == ["2020.05.17", "IMG_1", "Mr. Smith", "pair.mpo"])
      #expect(counts(passedOver) == [.unsupportedImage: 1, .video: 1, .raw: 1, .other: 1])
      #expect(throws: Never.self) {
        try Photo.load(contentsOf: folder.appendingPathComponent("pair.mpo"))
      }
    }
  }

  @Test func namesNeedNotBeUTF8() throws {
    try TestFiles.withTemporaryFolder { folder in
      let jpeg = [UInt8](try TestImage.fields().encoded(".jpg"))
      let home = Array(folder.path.utf8)
      let inner = home + Array("/alb".utf8) + [0xFC, 0x6D]
      #expect(mkdir(inner.map { CChar(bitPattern: $0) } + [0], 0o700) == 0)
      let path = inner + Array("/caf".utf8) + [0xE9] + Array(".jpg".utf8)
      let file = open(path.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT, 0o600)
      #expect(file >= 0 && write(file, jpeg, jpeg.count) == jpeg.count)
      close(file)

      let found = try PhotoFinder.files(at: [folder])
      #expect(found.map(\.path) == [folder.path + "/alb\\xFCm/caf\\xE9.jpg"])
      #expect(try Photo.load(contentsOf: found[0]) == Photo.decode(Data(jpeg)))
      // Named by itself, it and its folder are found as well.
      #expect(try PhotoFinder.files(at: found).map(\.path) == found.map(\.path))
      let again = try PhotoFinder.files(at: [found[0].deletingLastPathComponent()])
      #expect(again.map(\.path) == found.map(\.path))
    }
  }

  @Test func eachFileComesOnce() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["a.jpg", "sub/b.jpg"], in: folder)
      let a = folder.appendingPathComponent("a.jpg")
      let dotted = folder.appendingPathComponent("sub/../a.jpg")
      #expect(
        try found([a, folder, dotted, folder.appendingPathComponent("sub")], below: folder)
          == ["a.jpg", "sub/b.jpg"])
    }
  }

  @Test func aNamedFileIsTakenWhateverItsExtension() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["photo.dat"], in: folder)
      #expect(
        try found([folder.appendingPathComponent("photo.dat")], below: folder) == ["photo.dat"])
    }
  }

  @Test func aMissingPathIsReportedFirst() throws {
    try TestFiles.withTemporaryFolder { folder in
      let none = folder.appendingPathComponent("none")
      let nothing = try PhotoFinder.files(at: [folder])
      #expect(nothing.isEmpty)
      #expect(throws: PhotoError.noSuchFile(path: none.path)) {
        try PhotoFinder.files(at: [folder, none])
      }
    }
  }
}
