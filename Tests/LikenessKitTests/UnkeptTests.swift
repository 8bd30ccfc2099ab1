import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import LikenessKit

/// What is made of a gallery is shown where it cannot be kept in it.
@Suite struct UnkeptTests {
  private func expectAllIsShown(_ home: URL, isKept: Bool) throws {
    // Of each its own, since what one has found another would know.
    #expect(try Likeness(gallery: home).people.list().kept == isKept)
    #expect(try Likeness(gallery: home).links.graph().isKept == isKept)
    #expect(try Likeness(gallery: home).map().isKept == isKept)
    #expect(try Likeness(gallery: home).links.same([.name("Ada")])[0].found.count == 3)
    #expect(try Likeness(gallery: home).nearest(to: "Ada").count == 9)
    #expect(try Likeness(gallery: home).thresholds.current().faces == 12)
    _ = try Likeness(gallery: home).people.suggestions()
    #expect(try Likeness(gallery: home).report().faces == 12)
    let graph = try Likeness(gallery: home).links.graph()
    let document = try Likeness(gallery: home).graphDocument(of: graph)
    #expect(document.faces.count == 12)
  }

  private let photos = (0..<12).map { [$0 % 4] }

  @Test(.enabled(if: ReadOnlyView.isPossible), arguments: [false, true])
  func `a read-only gallery`(wasMade: Bool) throws {
    try withMadeGallery(photos, names: [0: "Ada"]) { likeness in
      if wasMade { try expectAllIsShown(likeness.gallery.folder, isKept: true) }
      try ReadOnlyView.of(likeness.gallery.folder) { view throws in
        let before = try FileManager.default.contentsOfDirectory(atPath: view.path).sorted()
        try expectAllIsShown(view, isKept: wasMade)
        #expect(throws: GalleryError.readOnly(path: view.path)) {
          let likeness = Likeness(gallery: view)
          return try likeness.people.name(References(likeness).person("Ada"), as: "Ann")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: view.path).sorted() == before)
      }
    }
  }

  @Test func `a gallery that somebody else changes`() throws {
    try withMadeGallery(photos, names: [0: "Ada"]) { likeness in
      let holder = try GalleryStore(at: likeness.gallery.folder, access: .write)
      try expectAllIsShown(likeness.gallery.folder, isKept: false)
      withExtendedLifetime(holder) {}
    }
  }

  @Test func `what else goes wrong is told`() throws {
    try withMadeGallery(photos) { likeness in
      let lock = likeness.gallery.folder.appendingPathComponent("gallery.lock")
      try FileManager.default.removeItem(at: lock)
      try FileManager.default.createDirectory(at: lock, withIntermediateDirectories: false)
      let error = GalleryError.failed(path: likeness.gallery.folder.path, detail: "Is a directory")
      #expect(throws: error) { try likeness.people.list() }
      #expect(throws: error) { try likeness.links.graph() }
      #expect(throws: error) { try likeness.map() }
    }
  }
}
