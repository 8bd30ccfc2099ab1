import Foundation
import GalleryCore
import TestSupport
import Testing

@testable import LikenessKit

/// Photos that stay and show who was removed. The networks look at two sample photos beside each other.
@Suite struct FaceBlurringTests {
  private func withGallery(_ work: (Likeness, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      try work(Likeness(gallery: home), folder)
    }
  }

  @Test func `a removed face cannot be found in the copy that the gallery keeps`() throws {
    try withGallery { likeness, _ in
      let data = try Samples.together("obama.jpg", "biden.jpg")
      let id = try likeness.add([PhotoUpload(data: data, title: "Barack and Joe.jpg")])[0].photo
      let faces = try likeness.photos.entry(id).faces.map(\.face)
        .sorted { $0.geometry.box.x < $1.geometry.box.x }
      try #require(faces.count == 2)
      let before = try likeness.photos.entry(id).photo.photo
      let removed = try likeness.faces.embedding(of: faces[0].id)
      let staying = try likeness.faces.embedding(of: faces[1].id)
      let preview = try likeness.preview(of: Removal(faces: [faces[0].id]))
      #expect(preview.photos.isEmpty && preview.sharedPhotos.map(\.id) == [id])
      #expect(preview.sharedPhotos.allSatisfy { $0.isKept && !$0.isBlurred })

      let receipt = try likeness.remove(Removal(faces: [faces[0].id], sharedPhotos: .blur))
      #expect(receipt.faces == [faces[0].id] && receipt.photos.isEmpty && !receipt.tracesRemain)
      #expect(receipt.sharedPhotos.map(\.title) == ["Barack and Joe.jpg"])
      #expect(receipt.sharedPhotos.allSatisfy { $0.isKept && $0.isBlurred && $0.faces == 1 })
      let after = try likeness.photos.entry(id).photo.photo
      #expect(after.digest != before.digest && after.isKept)
      #expect(after.width == before.width && after.height == before.height)
      #expect(!FileManager.default.fileExists(atPath: before.path))
      #expect(after.path.contains(after.digest))
      let kept = try #require(try likeness.photos.keptFile(id))
      #expect(kept != data)
      // The file is whole: nothing else lies beside it.
      let photos = likeness.gallery.folder.appendingPathComponent("photos")
      let files = try FileManager.default.subpathsOfDirectory(atPath: photos.path)
      #expect(files.filter { $0.contains("/") }.count == 1)
      #expect(try TestFiles.openToOthers(in: likeness.gallery.folder) == [])

      let verification = likeness.networks.verification
      func isOne(_ a: Embedding, _ b: Embedding) -> Bool {
        verification.probability(at: verification.metric.distance(a, b)) > 0.5
      }
      let found = try likeness.analyze(Photo.decode(kept)).faces
      #expect(found.filter { $0.box.overlap(faces[0].geometry.box) > 0 }.isEmpty)
      #expect(found.allSatisfy { !isOne($0.embedding, removed) })
      #expect(found.contains { isOne($0.embedding, staying) })
      #expect(try likeness.faces.list().map(\.face) == [faces[1].id])
      // The gallery knows the picture that it has, and no longer the one that came.
      #expect(try !likeness.add([PhotoUpload(data: kept, title: "again")])[0].isNew)
      #expect(try likeness.add([PhotoUpload(data: data, title: "anew")])[0].isNew)
    }
  }

  @Test func `what comes while pictures are made is covered, too`() throws {
    try withGallery { likeness, _ in
      func add(_ right: String) throws -> PhotoID {
        // The name is that of the largest face; which one that is does not matter.
        let data = try Samples.together("obama.jpg", right)
        let added = try likeness.add([PhotoUpload(data: data, title: right, name: "Ann")])[0]
        #expect(added.faces.count == 2)
        return added.photo
      }
      var ids = [try add("biden.jpg")]
      func opened() throws -> any FaceStore {
        if ids.count == 1 { ids.append(try add("obama2.jpg")) }
        return try likeness.gallery.writer()
      }
      let before = try Set(likeness.photos.list().map(\.photo))
      let receipt = try likeness.gallery.remove(
        Removal(names: ["Ann"], sharedPhotos: .blur), from: opened())
      #expect(receipt.sharedPhotos.map(\.id) == ids && receipt.faces.count == 2)
      #expect(receipt.sharedPhotos.allSatisfy { $0.isBlurred })
      #expect(try before.isDisjoint(with: likeness.photos.list().map(\.photo)))
    }
  }

  @Test func `files that are not the gallery's stay as they are`() throws {
    try withGallery { likeness, folder in
      let file = folder.appendingPathComponent("both.jpg")
      let data = try Samples.together("obama.jpg", "biden.jpg")
      try data.write(to: file)
      try likeness.add([file])
      let faces = try likeness.faces.list()
      try #require(faces.count == 2)
      let receipt = try likeness.remove(Removal(faces: [faces[0].face], sharedPhotos: .blur))
      #expect(receipt.sharedPhotos.map(\.photo) == [file.path])
      #expect(receipt.sharedPhotos.allSatisfy { !$0.isKept && !$0.isBlurred })
      #expect(try Data(contentsOf: file) == data)
    }
  }
}
