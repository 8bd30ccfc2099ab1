import Foundation
import LikenessCore

/// What names of faces and people may be, wherever they are kept.
package enum GalleryNames {
  /// A name in the form in which it is kept.
  /// - Throws: `GalleryError.unusable` for one without a letter, or that reads like a reference
  package static func usable(_ name: String, _ path: String) throws(GalleryError) -> String {
    guard !name.allSatisfy(\.isWhitespace) else {
      throw .unusable(path: path, detail: "a name without a letter")
    }
    guard FaceID(reference: name) == nil, PhotoID(reference: name) == nil,
      PersonID(reference: name) == nil
    else {
      throw .unusable(path: path, detail: "a name that reads like a number in the gallery, \(name)")
    }
    return name.precomposedStringWithCanonicalMapping
  }
}
