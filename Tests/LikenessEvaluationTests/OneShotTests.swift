import Foundation
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct OneShotTests {
  /// Ann and Bob with three photos each, named by hand; Cay with two, numbered in their names.
  private static let photos: [(path: String, name: String?, embedding: [Float])] = [
    ("/a/z.jpg", "Ann", [1, 0, 0.1]), ("/a/y.jpg", "Ann", [1, 0.1, 0]),
    ("/a/x.jpg", "Ann", [1, 0, 0]), ("/b/1.jpg", "Bob", [0, 1, 0]),
    ("/b/IMG_0002.jpg", "Bob", [0, 1, 0.1]),
    // Bob looks like Ann here.
    ("/b/3.jpg", "Bob", [1, 0.2, 0]), ("/c/Cay_0002.jpg", nil, [0, 0.1, 1]),
    ("/c/Cay_0001.jpg", nil, [0, 0, 1]), ("/d/nobody.jpg", nil, [0, 0, 1]),
  ]

  @Test func peopleAreKnownAgainByTheirNamesOrTheirFiles() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add(
          Self.photos.map { photo in
            NewPhoto(
              digest: photo.path, file: PhotoFile(path: photo.path, bytes: 1, modified: 0),
              width: 10, height: 10, turned: 0,
              faces: [
                NewFace(
                  name: photo.name,
                  geometry: FaceGeometry(
                    x: 1, y: 1, width: 5, height: 5, landmarks: [Float](repeating: 1, count: 10)),
                  score: 1,
                  quality: FaceQuality(
                    size: 90, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
                  embedding: Embedding(photo.embedding), thumbnail: Data())
              ])
          }, model: "test")
      }
      let likeness = Likeness(gallery: home)
      let numbered = try likeness.numberedFaces()
      #expect(numbered[NumberedPhoto(person: "Ann", number: 1)]?.values == [1, 0, 0])
      #expect(numbered[NumberedPhoto(person: "Cay", number: 1)]?.values == [0, 0, 1])
      let report = try likeness.evaluateOneShot()
      #expect(report.people == 3 && report.probes == 5)
      #expect(report.rank1 == 4.0 / 5 && report.rank5 == 1)
      let without = try likeness.evaluateOneShot(leavingOut: ["Bob"])
      #expect(without.people == 2 && without.rank1 == 1)
    }
  }
}
