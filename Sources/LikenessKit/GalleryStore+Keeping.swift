import Foundation
import Gallery

extension GalleryStore {
  /// Keeps what was made of a gallery in it, where that can be done now. To look is not to change: it has
  /// to go on a read-only or full disk, and while photos are added.
  /// - Returns: false where the gallery cannot be changed now.
  /// - Throws: `GalleryError`, for anything else that goes wrong; and what `keep` throws.
  static func keepIfPossible(at gallery: URL, _ keep: (GalleryStore) throws -> Void) throws -> Bool
  {
    do {
      try keep(try GalleryStore(at: gallery, access: .write))
      return true
    } catch GalleryError.readOnly, GalleryError.inUse, GalleryError.diskFull {
      return false
    }
  }
}
