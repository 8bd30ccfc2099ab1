import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

/// Names of people whom photos show somewhere, and files that hold the same picture in other bytes.
@Suite struct CandidateTests {
  private func photo(_ digest: String, candidates: [String] = []) -> NewPhoto {
    var photo = NewPhoto(
      digest: digest, file: PhotoFile(path: "/\(digest).jpg", bytes: 1, modified: 1), width: 10,
      height: 10, turned: 0, faces: [])
    photo.candidates = candidates
    return photo
  }

  private func withStore(_ work: (GalleryStore) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try GalleryStore(
        at: folder.appendingPathComponent("gallery"), access: .write, create: true)
      try store.add(
        [photo("a", candidates: ["Bob", "Ann"]), photo("b"), photo("c", candidates: ["Ann"])],
        model: "test")
      try work(store)
    }
  }

  @Test func theyAreKeptInTheirOrderAndReplaced() throws {
    try withStore { store in
      #expect(try store.candidates(ofPhotos: nil) == [1: ["Bob", "Ann"], 3: ["Ann"]])
      #expect(try store.candidates(ofPhotos: [1, 2, 9]) == [1: ["Bob", "Ann"]])
      let changed = try store.note(
        candidates: ["a": ["Ann"], "b": ["Cafe\u{301}"], "c": ["Ann"], "gone": ["Dan"]])
      #expect(changed == 2)
      #expect(try store.candidates(ofPhotos: nil) == [1: ["Ann"], 2: ["Café"], 3: ["Ann"]])
      #expect(try store.contents(ofPhotos: [1])[0].photo.candidates == ["Ann"])
      #expect(try store.note(candidates: ["a": []]) == 1)
      #expect(try store.candidates(ofPhotos: nil).keys.sorted() == [2, 3])
    }
  }

  @Test func theyGoWithTheirPhotosAndWithTheirNames() throws {
    try withStore { store in
      try store.addName("Ann")
      _ = try store.remove(Removal(names: ["Ann"]))
      #expect(try store.candidates(ofPhotos: nil) == [1: ["Bob"]])
      _ = try store.remove(Removal(photos: [1]))
      #expect(try store.candidates(ofPhotos: nil).isEmpty)
    }
  }

  @Test func aPhotoIsKnownByNewBytesOfItsFile() throws {
    try withStore { store in
      let file = PhotoFile(path: "/a.jpg", bytes: 9, modified: 1)
      #expect(try !store.note(content: "d", of: 1, former: "x", file: file))
      #expect(try !store.note(content: "b", of: 1, former: "a", file: file))
      #expect(try store.note(content: "d", of: 1, former: "a", file: file))
      #expect(try store.photo(id: 1)?.digest == "d" && store.photo(digest: "a") == nil)
      let known = try store.knownFiles()
      #expect(known.contains(file))
    }
  }
}
