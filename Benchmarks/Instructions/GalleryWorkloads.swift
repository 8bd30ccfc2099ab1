import BenchGalleries
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
      let photos = (start..<start + 100).map {
        NewPhoto.made(
          $0, embedding: MadeFaces.embedding($0), thumbnail: Data(repeating: 7, count: 2_000))
      }
      try store.add(photos, model: ModelStore.standardEmbedding)
    }
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
