import Foundation

/// The photos that a gallery keeps itself: in folders with the first two digits of the digests by which they are called.
extension GalleryFiles {
  /// The name of the folder that these folders are in.
  package static let photos = "photos"

  /// Where that is.
  var keptPhotos: URL { folder.appendingPathComponent(Self.photos) }

  /// Whether there are any.
  var hasKeptPhotos: Bool {
    Self.contents(of: keptPhotos.path).contains { home in
      Self.isPhotoFolder(home)
        && Self.contents(of: "\(keptPhotos.path)/\(home)").contains { Self.isPhoto($0, in: home) }
    }
  }

  /// Whether a folder of that name has photos that the gallery keeps.
  package static func isPhotoFolder(_ name: String) -> Bool {
    name.count == 2 && name.allSatisfy(\.isHexDigit)
  }

  /// Whether a file of that name in such a folder is a photo, whole.
  package static func isPhoto(_ name: String, in folder: String) -> Bool {
    let digest = name.prefix { $0 != "." }
    return digest.count == 64 && digest.allSatisfy(\.isHexDigit) && digest.hasPrefix(folder)
  }

  /// The names in a folder, which has none where it cannot be read.
  package static func contents(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
