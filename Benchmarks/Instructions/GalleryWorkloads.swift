import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore
import LikenessKit

/// A gallery in a folder of its own, which goes with it.
private final class MadeGallery {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "bench-instructions-\(getpid())")
  static let photos = 400

  deinit { try? FileManager.default.removeItem(at: folder) }

  func fill() throws {
    let store = try GalleryStore(at: folder, access: .write, create: true)
    for start in stride(from: 0, to: Self.photos, by: 100) {
      try store.add((start..<start + 100).map(Self.photo), model: ModelStore.standardEmbedding)
    }
  }

  private static func photo(_ number: Int) -> NewPhoto {
    NewPhoto(
      digest: "made-\(number)",
      file: PhotoFile(path: "/made/\(number).jpg", bytes: 1, modified: 0), width: 250,
      height: 250, turned: 0,
      faces: [
        NewFace(
          name: "Person \(number / MadeFaces.facesPerPerson)",
          geometry: FaceGeometry(
            x: 80, y: 80, width: 90, height: 90, landmarks: Array(repeating: 100, count: 10)),
          score: 0.9,
          quality: FaceQuality(size: 90, sharpness: 8, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: MadeFaces.embedding(number), thumbnail: Data(repeating: 7, count: 2_000))
      ])
  }
}

struct Adding: Workload {
  static let name = "adding to a gallery"

  private let gallery = MadeGallery()

  init() throws {}

  func run() throws { try gallery.fill() }
}

struct Asking: Workload {
  static let name = "nearest by name"

  private let gallery = MadeGallery()
  private let likeness: Likeness

  init() throws {
    try gallery.fill()
    likeness = Likeness(gallery: gallery.folder)
    _ = try likeness.nearest(to: "Person 0")
  }

  func run() throws {
    for person in 1...20 { _ = try likeness.nearest(to: "Person \(person)") }
  }
}
