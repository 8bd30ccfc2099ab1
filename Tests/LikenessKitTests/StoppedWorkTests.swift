import Clustering
import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// Long work says how far it is, and ends where somebody no longer wants it, with nothing of it kept.
@Suite struct StoppedWorkTests {
  private let photos = (0..<60).map { [$0 % 6] }

  @Test func peopleAreSortedNotAtAllOrWhole() throws {
    try withMadeGallery(photos) { likeness in
      let before = try likeness.gallery.revision()
      #expect(throws: CancellationError.self) {
        try likeness.people.list { _, _ in throw CancellationError() }
      }
      #expect(try likeness.gallery.revision() == before)
      var steps: [[Int]] = []
      let list = try likeness.people.list { steps.append([$0, $1]) }
      #expect(steps.last == [60, 60])
      #expect(
        try list.people
          == Likeness(gallery: likeness.gallery.folder).people.list(again: true).people)
    }
  }

  @Test func linksAreMadeNotAtAllOrWhole() throws {
    try withMadeGallery(photos) { likeness in
      let before = try likeness.gallery.revision()
      #expect(throws: CancellationError.self) {
        try likeness.links.graph { _, _ in throw CancellationError() }
      }
      #expect(try likeness.gallery.revision() == before)
      #expect(try likeness.links.graph().searched == 60)
    }
  }

  /// What a gallery that is kept open remembers is what would be found out anew, until something changes.
  @Test func whatIsRememberedIsTrue() throws {
    try withMadeGallery((0..<120).map { [$0 % 6] }) { closed in
      // Each of six people taken for two.
      do {
        let store = try GalleryStore(at: closed.gallery.folder, access: .write)
        let revision = try store.revision()
        try store.setPeople(
          faces: (1...120).map { FaceID($0) }, labels: (0..<120).map { Int32($0 % 12) },
          state: PeopleState(
            algorithm: ClusteringAlgorithm.likeness.rawValue, revision: revision,
            mark: try store.mark(of: revision), clustered: 120, joined: 0))
      }
      let open = Likeness(gallery: closed.gallery.folder, keepsOpen: true)
      let suggestions = try open.people.suggestions(count: 50)
      try #require(suggestions.count >= 6)
      #expect(open.people.areSuggestionsAtHand)
      #expect(try open.people.suggestions(count: 1) == Array(suggestions.prefix(1)))
      #expect(try closed.people.suggestions(count: 50) == suggestions)
      let pair = suggestions[0]
      _ = try open.people.merge([pair.first.id, pair.second.id])
      #expect(!open.people.areSuggestionsAtHand)
      let fewer = try open.people.suggestions(count: 50)
      #expect(try closed.people.suggestions(count: 50) == fewer)
      #expect(fewer.count < suggestions.count)
    }
  }
}
