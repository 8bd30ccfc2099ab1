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
