import Foundation
import LikenessKit
import TestSupport

/// A gallery of the sample photos, made once; servers get copies of it.
enum SampleGallery {
  static let folder: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("likeness-sample-gallery-\(getpid())")
    try? FileManager.default.removeItem(at: folder)
    try Likeness(gallery: folder).add([Samples.folder])
    atexit { SampleGallery.remove() }
    return folder
  }

  private static func remove() {
    if let folder = try? folder.get() { try? FileManager.default.removeItem(at: folder) }
  }
}
