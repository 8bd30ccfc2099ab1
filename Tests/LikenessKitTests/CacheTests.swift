import Faces
import Foundation
import GalleryCore
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessKit

/// What is kept in memory of a gallery is good until the gallery changes, whoever changes it.
@Suite struct CacheTests {
  private let photos = (0..<60).map { [$0 % 6] }

  /// Gives the work a gallery that is kept open, and a way to remove a face as another program does.
  private func withOpen(
    _ work: (_ open: Likeness, _ removeElsewhere: (FaceID) throws -> Void) throws -> Void
  ) throws {
    try withMadeGallery(photos) { closed in
      try work(Likeness(gallery: closed.gallery.folder, keepsOpen: true)) {
        _ = try closed.faces.remove($0)
      }
    }
  }

  @Test func facesAreReadAgain() throws {
    try withOpen { open, removeElsewhere in
      #expect(try open.gallery.faces().faces.count == 60)
      _ = try open.faces.remove(1)
      #expect(try open.gallery.faces().faces.count == 59)
      try removeElsewhere(2)
      #expect(try open.gallery.faces().faces.count == 58)
    }
  }

  @Test func theGraphIsKeptWhileItIsTrue() throws {
    try withOpen { open, removeElsewhere in
      #expect(!open.links.isGraphAtHand)
      #expect(try open.links.graph().faces.count == 60)
      #expect(open.links.isGraphAtHand)
      _ = try open.faces.remove(1)
      #expect(!open.links.isGraphAtHand)
      #expect(try open.links.graph().faces.count == 59)
      try removeElsewhere(2)
      #expect(!open.links.isGraphAtHand)
      #expect(try open.links.graph().faces.count == 58)
    }
  }

  @Test func peopleAreKeptWhileTheyAreTrue() throws {
    try withOpen { open, removeElsewhere in
      func count() throws -> Int { try open.people.list().people.map(\.faces.count).reduce(0, +) }
      #expect(!open.people.isListAtHand)
      _ = try count()
      // Faces were sorted, which is a change: what is asked next is what is kept.
      #expect(try count() == 60 && open.people.isListAtHand)
      _ = try open.faces.remove(1)
      #expect(!open.people.isListAtHand)
      #expect(try count() == 59)
      try removeElsewhere(2)
      #expect(!open.people.isListAtHand)
      #expect(try count() == 58)
    }
  }

  /// Many who wait for the same thing are answered by one piece of work, whatever changes meanwhile; nobody who asks after a
  /// change is answered by what was made before it.
  @Test func whatWasMadeSinceAQuestionAnswersIt() throws {
    try withOpen { open, removeElsewhere in
      func count() throws -> Int { try open.people.list().people.map(\.faces.count).reduce(0, +) }
      _ = try count()
      let asked = try open.gallery.revision()
      #expect(try count() == 60)
      try removeElsewhere(2)
      #expect(!open.people.isListAtHand)
      let before = try open.gallery.answering(since: asked) {
        (isAtHand: open.people.isListAtHand, count: try count())
      }
      #expect(before.isAtHand && before.count == 60)
      #expect(try count() == 59)
      let after = try open.gallery.answering(since: asked) { try count() }
      #expect(after == 59)
    }
  }

  @Test func aChangeMeanwhileDoesNotWasteWhatIsMade() throws {
    try withOpen { open, _ in
      func label(_ face: FaceID) throws {
        _ = try GalleryStore(at: open.gallery.folder, access: .write)
          .setLabels([face: ["seen": "yes"]])
      }
      _ = try open.people.list()
      try label(4)
      let asked = try open.gallery.revision()
      #expect(!open.gallery.answering(since: asked) { open.people.isListAtHand })
      var hasChanged = false
      _ = try open.people.list(again: true) { _, _ in
        guard !hasChanged else { return }
        hasChanged = true
        try label(5)
      }
      #expect(hasChanged)
      #expect(try open.gallery.revision() > asked)
      #expect(!open.people.isListAtHand)
      #expect(open.gallery.answering(since: asked) { open.people.isListAtHand })
      // What is forgotten is not kept by those who had begun before.
      open.gallery.forget()
      #expect(!open.gallery.answering(since: asked) { open.people.isListAtHand })
    }
  }

  @Test func impostorsAreMeasuredAgain() throws {
    try withOpen { open, removeElsewhere in
      #expect(try open.thresholds.current().faces == 60)
      try removeElsewhere(2)
      #expect(try open.thresholds.current().faces == 59)
    }
  }

  /// A gallery that is opened for each question may be another program's next time: nothing is remembered of it.
  @Test func aGalleryThatIsNotKeptOpenIsAskedAgain() throws {
    try withMadeGallery(photos) { likeness in
      for _ in 0..<2 {
        _ = try likeness.links.graph()
        _ = try likeness.people.list()
        _ = try likeness.people.suggestions()
      }
      #expect(!likeness.links.isGraphAtHand && !likeness.people.isListAtHand)
      #expect(!likeness.people.areSuggestionsAtHand)
    }
  }

  /// Another gallery may have as many changes as the one that it takes the place of.
  @Test func aGalleryThatWasPutBackIsAnother() throws {
    try withMadeGallery(photos) { first in
      try withMadeGallery((0..<40).map { [$0 % 6] }) { second in
        let open = Likeness(gallery: first.gallery.folder, keepsOpen: true)
        for likeness in [open, second] { _ = try likeness.links.graph() }
        #expect(try open.gallery.faces().faces.count == 60)
        let (old, new) = (try open.gallery.revision(), try second.gallery.revision())
        try #require(old == new && open.links.isGraphAtHand)
        try FileManager.default.removeItem(at: first.gallery.folder)
        try FileManager.default.copyItem(at: second.gallery.folder, to: first.gallery.folder)
        #expect(try open.links.graph().faces.count == 40)
        #expect(try open.gallery.faces().faces.count == 40)
      }
    }
  }

  @Test func theVerificationIsThatOfTheModelAtHand() throws {
    try TestFiles.withTemporaryFolder { folder in
      var options = FaceEngineOptions()
      options.model = "dlib"
      let home = folder.appendingPathComponent("gallery")
      let likeness = Likeness(gallery: home, options: options, keepsOpen: true)
      #expect(likeness.networks.verification == options.models.verification(of: "dlib"))
      var faces = MadeFaces(seed: 5)
      try GalleryStore(at: home, access: .write, create: true).add(
        [faces.photo(of: [1], name: nil, doubtful: [])], model: "test")
      #expect(likeness.networks.verification == options.models.verification(of: "test"))
    }
  }
}
