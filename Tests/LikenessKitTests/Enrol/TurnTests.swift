import Foundation
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessKit

/// Others change a gallery while photos are added to it. The networks look at the sample photos.
@Suite struct TurnTests {
  @Test func `others name, remove and add while photos are added`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
      for name in ["biden.jpg", "obama.jpg", "obama2.jpg"] {
        try FileManager.default.copyItem(
          at: Samples.photo(name), to: photos.appendingPathComponent(name))
      }
      let other = Likeness(gallery: home)
      try other.add([Samples.photo("obama3.jpg")])
      var failures: [any Error] = []
      let summary = try Likeness(gallery: home).add(
        [photos],
        progress: { done, _ in
          guard done == 1 else { return }
          do {
            try other.names.add("Zoe")
            _ = try other.remove(Removal(names: ["obama3"]))
            // What is about to be added comes another way, too.
            let data = try Data(contentsOf: Samples.photo("obama2.jpg"))
            try other.add([PhotoUpload(data: data, title: "twin.jpg", name: "Twin")])
            // As a server does when it starts.
            try other.recover()
          } catch {
            failures.append(error)
          }
        })
      #expect(failures.isEmpty, "\(failures)")
      #expect(summary.added + summary.already == 3 && !summary.interrupted)
      let store = try GalleryStore(at: home, access: .read)
      #expect(try store.photos().count == 3 && store.digests().count == 3)
      #expect(try store.faceTable().faces.count == 3)
      let names = try Likeness(gallery: home).names.all()
      #expect(Set(names) == ["biden", "obama", "Twin", "Zoe"])
    }
  }

  private func withRun(
    _ work: (inout EnrolmentRun, GalleryStore, _ file: URL, NewPhoto, NewPhoto) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let file = folder.appendingPathComponent("photo.jpg")
      try Data("what was looked at".utf8).write(to: file)
      var made = MadeFaces(seed: 6)
      var (first, second) = (made.photo(of: [1], name: "Ann"), made.photo(of: [2], name: "Bob"))
      first.file = try #require(PhotoFile(onDisk: file.path))
      second.file = first.file
      let store = try GalleryStore(at: home, access: .write, create: true)
      try store.add([first], model: "test")
      var run = EnrolmentRun(Likeness(gallery: home).networks.verification) {
        PhotoWriter(
          store: store, model: EmbeddingModel(name: "test", file: nil), updatesPaths: true,
          expectsModelChange: false)
      }
      try work(&run, store, file, first, second)
    }
  }

  private func known(_ photo: NewPhoto) -> PhotoPreparation.Outcome {
    var known = photo
    (known.faces, known.width, known.height) = ([], 0, 0)
    return .ready(PreparedPhoto(photo: known, isKnown: true))
  }

  @Test func `a photo that was removed since it was looked at is looked at again`() throws {
    try withRun { run, store, file, first, _ in
      try run.take(known(first), path: file.path)
      _ = try store.remove(photo: 1)
      try run.flush()
      #expect(try store.photos().isEmpty)
      #expect(run.takeRemovedMeanwhile().map(\.path) == [file.path])
      #expect(run.takeRemovedMeanwhile().isEmpty && run.summary.already == 0)
    }
  }

  @Test func `what another process found in a file since is not replaced`() throws {
    try withRun { run, store, file, first, second in
      try run.take(known(first), path: file.path)
      try run.flush()
      try Data("what is there now".utf8).write(to: file)
      try store.add([second], model: "test")
      try run.replaceFormer { _, _, _, _ in nil }
      #expect(run.summary.replaced == 0)
      #expect(try store.photos().map(\.digest) == [first.digest, second.digest])
    }
  }

  @Test func `what a file held before is replaced while it holds what was looked at`() throws {
    try withRun { run, store, file, first, second in
      try store.add([second], model: "test")
      try run.take(known(second), path: file.path)
      try run.flush()
      try run.replaceFormer { _, _, _, _ in nil }
      #expect(run.summary.replaced == 1)
      #expect(try store.photos().map(\.digest) == [second.digest])
      #expect(first.digest != second.digest)
    }
  }
}
