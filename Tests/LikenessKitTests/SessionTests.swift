import Foundation
import GalleryCore
import LikenessCore
import TestSupport
import Testing

@testable import GallerySQLite
@testable import LikenessKit

/// A question sees one state of the gallery, and opens it once.
@Suite struct SessionTests {
  private func connections(_ folder: URL) -> Int {
    GalleryConnection.openedForReading.withLock {
      $0[GalleryFiles(folder: folder).database.path] ?? 0
    }
  }

  @Test func aQuestionOpensTheGalleryOnce() throws {
    try withMadeGallery([[1], [1], [2], [2], [3], [3], [4], [4]]) { likeness in
      let before = connections(likeness.gallery.folder)
      let matches = try likeness.nearest(to: 1)
      #expect(!matches.isEmpty)
      #expect(connections(likeness.gallery.folder) - before <= 2)
    }
  }

  @Test func severalQuestionsOfASessionShareAConnection() throws {
    try withMadeGallery([[1], [1], [2], [2], [3], [3], [4], [4]]) { likeness in
      let before = connections(likeness.gallery.folder)
      try likeness.gallery.withSession {
        for face in (1...7).map({ FaceID($0) }) { _ = try likeness.nearest(to: face) }
        _ = likeness.networks.verification
        _ = try likeness.thresholds.current()
      }
      #expect(connections(likeness.gallery.folder) - before <= 2)
    }
  }

  @Test(arguments: [false, true]) func aSessionSeesOneState(_ keepsOpen: Bool) throws {
    try withMadeGallery([[1], [1], [2], [2], [3], [3], [4], [4]]) { made in
      let likeness = Likeness(gallery: made.gallery.folder, keepsOpen: keepsOpen)
      try likeness.gallery.withSession {
        let before = try likeness.gallery.reader().faceCount()
        let receipt = try GalleryStore(at: made.gallery.folder, access: .write).remove(faces: [1])
        #expect(receipt.faces == [1])
        #expect(try likeness.gallery.reader().faceCount() == before)
        #expect(try likeness.gallery.reader().face(id: 1) != nil)
        let matches = try likeness.nearest(to: 1)
        #expect(!matches.isEmpty)
      }
      #expect(try likeness.gallery.reader().face(id: 1) == nil)
      #expect(throws: LikenessError.self) { try likeness.nearest(to: 1) }
    }
  }

  @Test func anOpenGalleryIsReadAsItIs() throws {
    try withMadeGallery([[1], [1], [2], [2]]) { likeness in
      let before = connections(likeness.gallery.folder)
      try likeness.gallery.whileOpen {
        #expect(try likeness.gallery.reader().faceCount() == 4)
        _ = try GalleryStore(at: likeness.gallery.folder, access: .write).remove(faces: [1])
        #expect(try likeness.gallery.reader().faceCount() == 3)
        #expect(throws: LikenessError.self) { try likeness.nearest(to: 1) }
      }
      #expect(connections(likeness.gallery.folder) - before <= 2)
    }
  }

  @Test func thereMayBeNoGallery() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("none"))
      let answer = try likeness.gallery.withSession { 7 }
      #expect(answer == 7)
      #expect(throws: GalleryError.self) { try likeness.nearest(to: 1) }
    }
  }
}
